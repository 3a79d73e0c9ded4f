"""The same network in PyTorch: channels-last, fused Adam, random images in memory.

usage: pytorch_peer.py train|train-compiled|train-on|forward SECONDS THREADS cpu|cuda fp32|bf16 BATCH…
Prints images per second as one line of JSON, for forward by batch size; train-on has no end, and prints after each step how many images it has trained. State dict names are those of Rivulet's checkpoints.
"""

import json
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F

MEAN = torch.tensor([0.4913997551666284, 0.48215855929893703, 0.4465309133731618]) * 255
DEVIATION = torch.tensor([0.24703225141799082, 0.24348516474564, 0.26158783926049628]) * 255


class Stem(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.conv = nn.Conv2d(3, width, 4)
        self.norm = nn.LayerNorm(width, eps=1e-3)
        self.register_buffer("mean", MEAN, persistent=False)
        self.register_buffer("deviation", DEVIATION, persistent=False)

    def forward(self, pixels):  # uint8 [n, 32, 32, 3]
        x = (pixels.float() - self.mean) / self.deviation
        x = self.conv(F.pad(x.permute(0, 3, 1, 2), (1, 2, 1, 2)))
        return self.norm(x.permute(0, 2, 3, 1))


class Bottleneck(nn.Module):
    def __init__(self, channels, factor):
        super().__init__()
        self.depthwise = nn.Conv2d(channels, channels * factor, 3, padding=1, groups=channels)
        self.norm = nn.LayerNorm(channels * factor, eps=1e-3)
        self.project = nn.Linear(channels * factor, channels)
        self.scale = nn.Parameter(torch.full((channels,), 1e-6))

    def forward(self, x):  # [n, height, width, channels]
        y = self.depthwise(x.permute(0, 3, 1, 2)).permute(0, 2, 3, 1)
        y = F.dropout(F.gelu(self.norm(y)), 0.5, self.training)
        return x + self.scale * self.project(y)


class Stage(nn.Module):
    def __init__(self, channels, depth, factor):
        super().__init__()
        self.blocks = nn.Sequential(*(Bottleneck(channels, factor) for _ in range(depth)))

    def forward(self, x):
        return self.blocks(x)


class Downscale(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.dense = nn.Linear(channels, 2 * channels)
        self.norm = nn.LayerNorm(2 * channels, eps=1e-6)

    def forward(self, x):
        x = F.max_pool2d(self.dense(x).permute(0, 3, 1, 2), 2)
        return self.norm(x.permute(0, 2, 3, 1))


class Head(nn.Module):
    def __init__(self, channels, classes):
        super().__init__()
        self.norm = nn.LayerNorm(channels, eps=1e-3)
        self.dense = nn.Linear(channels, classes)

    def forward(self, x):
        return self.dense(F.relu(self.norm(x.mean((1, 2)))))


class Network(nn.Module):
    def __init__(self, width=32, depths=(2, 4, 2), factors=(2, 4, 2), classes=10):
        super().__init__()
        channels = [width << stage for stage in range(len(depths))]
        self.stem = Stem(width)
        self.stages = nn.ModuleList(map(Stage, channels, depths, factors))
        self.downscales = nn.ModuleList(map(Downscale, channels[:-1]))
        self.head = Head(channels[-1], classes)

    def forward(self, pixels):
        x = self.stages[0](self.stem(pixels))
        for downscale, stage in zip(self.downscales, self.stages[1:]):
            x = stage(downscale(x))
        return self.head(x)


def images_per_second(step, batch, seconds):
    start = time.perf_counter()
    count = 0
    while time.perf_counter() - start < seconds:
        step()
        count += batch
    if torch.cuda.is_available():
        torch.cuda.synchronize()
    return count / (time.perf_counter() - start)


def measured(step, batch, seconds):
    step()  # compiles, where something is compiled
    images_per_second(step, batch, seconds / 2)
    return images_per_second(step, batch, seconds)


def random_pixels(batch, device):
    return torch.randint(0, 256, (batch, 32, 32, 3), dtype=torch.uint8, device=device)


def training_step(network, compiled, device, precision, batch):
    adam = torch.optim.Adam(network.parameters(), lr=0.002, eps=1e-7, fused=True)
    pixels = random_pixels(batch, device)
    labels = torch.randint(0, 10, (batch,), device=device)
    model = torch.compile(network) if compiled else network

    def step():
        adam.zero_grad(set_to_none=True)
        with torch.autocast(device, torch.bfloat16, enabled=precision == "bf16"):
            loss = F.cross_entropy(model(pixels), labels)
        loss.backward()
        adam.step()

    return step


def train_on(step, batch):
    images = 0
    while True:
        step()
        images += batch
        print(f"trained {images}", flush=True)


def forward(network, device, precision, batch, seconds):
    network.eval()
    pixels = random_pixels(batch, device)
    autocast = torch.autocast(device, torch.bfloat16, enabled=precision == "bf16")
    with torch.inference_mode(), autocast:
        return measured(lambda: network(pixels), batch, seconds)


def main():
    mode, seconds, threads = sys.argv[1], float(sys.argv[2]), int(sys.argv[3])
    device, precision = sys.argv[4:6]
    batches = [int(batch) for batch in sys.argv[6:]]
    torch.manual_seed(1)
    torch.set_num_threads(threads)
    network = Network().to(device, memory_format=torch.channels_last)
    if mode == "forward":
        values = {f"batch {batch}": forward(network, device, precision, batch, seconds) for batch in batches}
    elif mode in ("train", "train-compiled"):
        step = training_step(network, mode == "train-compiled", device, precision, batches[0])
        values = {"images/s": measured(step, batches[0], seconds)}
    elif mode == "train-on":
        train_on(training_step(network, False, device, precision, batches[0]), batches[0])
    else:
        sys.exit(f"there is no mode {mode}; see the usage in this file")
    name = "torch.compile" if mode == "train-compiled" else "eager"
    print(json.dumps({"program": f"PyTorch {torch.__version__} {name}", "values": values}))


if __name__ == "__main__":
    main()
