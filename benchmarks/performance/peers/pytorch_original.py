"""The recipe `original` in PyTorch, with a dropout of 0.5, to compare how it learns: the same network, initial weights' distribution, Adam, loss and batches of 32.

usage: pytorch_original.py FOLDER EPOCHS --width 32 --seed 1 --threads 2 --device cpu [--augment] [--limit IMAGES]
FOLDER has CIFAR-10's binary files. Prints one line of JSON per epoch; training loss and accuracy are those during the epoch.
"""

import argparse
import json
import math
import pathlib
import time

import torch
from torch import nn
from torch.nn import functional as F

from pytorch_peer import Network

BATCH = 32
VALIDATION_BATCH = 500
SIZE = 32
SHIFT = 3.2  # pixels, a tenth of the height and width


def read(folder, names):
    records = torch.cat([torch.frombuffer(bytearray((folder / name).read_bytes()), dtype=torch.uint8) for name in names])
    records = records.view(-1, 1 + 3 * SIZE * SIZE)
    pixels = records[:, 1:].reshape(-1, 3, SIZE, SIZE).permute(0, 2, 3, 1).contiguous()
    return pixels, records[:, 0].long()


def initialize(network):
    """Glorot uniform with Keras' fans, biases zero; what PyTorch starts with is another distribution."""
    for module in network.modules():
        if isinstance(module, nn.Linear):
            nn.init.xavier_uniform_(module.weight)
        elif isinstance(module, nn.Conv2d):
            area = math.prod(module.kernel_size)
            # Keras counts all channels of a depthwise kernel, PyTorch one group's
            multiplier = module.out_channels // module.groups if module.groups > 1 else module.out_channels
            limit = math.sqrt(6 / (area * (module.in_channels + multiplier)))
            nn.init.uniform_(module.weight, -limit, limit)
        if isinstance(module, (nn.Linear, nn.Conv2d)):
            nn.init.zeros_(module.bias)


def augment(pixels, randoms):
    """Flips half of them, and shifts each by up to SHIFT with its edges filled; uint8 [n, 32, 32, 3]."""
    count = len(pixels)
    flipped = torch.rand(count, generator=randoms) < 0.5
    shifts = torch.round((torch.rand(2, count, 1, generator=randoms) * 2 - 1) * SHIFT).long()
    rows, columns = (torch.arange(SIZE) + shifts).clamp(0, SIZE - 1)
    columns = torch.where(flipped[:, None], columns.flip(1), columns)
    return pixels[torch.arange(count)[:, None, None], rows[:, :, None], columns[:, None, :]]


def trained(network, adam, images, options, randoms):
    """One epoch; its mean loss and accuracy."""
    pixels, labels = images
    network.train()
    order = torch.randperm(len(pixels), generator=randoms)[: options.limit or None]
    loss_sum = torch.zeros((), device=options.device)
    right = torch.zeros((), device=options.device)
    for chosen in order.split(BATCH):
        batch = augment(pixels[chosen], randoms) if options.augment else pixels[chosen]
        batch, wanted = batch.to(options.device), labels[chosen].to(options.device)
        adam.zero_grad(set_to_none=True)
        logits = network(batch)
        loss = F.cross_entropy(logits, wanted)
        loss.backward()
        adam.step()
        loss_sum += loss.detach() * len(chosen)
        right += (logits.detach().argmax(1) == wanted).sum()
    return loss_sum.item() / len(order), right.item() / len(order)


@torch.inference_mode()
def validated(network, images, options):
    pixels, labels = images
    network.eval()
    logits = torch.cat([network(part.to(options.device)).cpu() for part in pixels.split(VALIDATION_BATCH)])
    return F.cross_entropy(logits, labels).item(), (logits.argmax(1) == labels).float().mean().item()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("epochs", type=int)
    parser.add_argument("--width", type=int, default=32)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--augment", action="store_true")
    parser.add_argument("--limit", type=int, default=0)
    options = parser.parse_args()

    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    randoms = torch.Generator().manual_seed(options.seed)
    training = read(options.folder, [f"data_batch_{part}.bin" for part in range(1, 6)])
    validation = read(options.folder, ["test_batch.bin"])
    network = Network(options.width)
    initialize(network)
    network = network.to(options.device, memory_format=torch.channels_last)
    adam = torch.optim.Adam(network.parameters(), lr=0.002, eps=1e-7, fused=True)
    for epoch in range(1, options.epochs + 1):
        start = time.perf_counter()
        loss, accuracy = trained(network, adam, training, options, randoms)
        validation_loss, validation_accuracy = validated(network, validation, options)
        print(
            json.dumps(
                {
                    "epoch": epoch,
                    "training loss": round(loss, 4),
                    "training accuracy": round(accuracy, 4),
                    "validation loss": round(validation_loss, 4),
                    "validation accuracy": round(validation_accuracy, 4),
                    "seconds": round(time.perf_counter() - start, 1),
                }
            ),
            flush=True,
        )


if __name__ == "__main__":
    main()
