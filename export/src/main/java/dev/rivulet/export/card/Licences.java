package dev.rivulet.export.card;

import dev.rivulet.export.Cifar10;
import java.util.List;

/** What is to be said about the rights in a data set. */
final class Licences {
  private Licences() {}

  static String ofDataset(String name, List<String> classes) {
    if (name.equals("shapes")) {
      return "The data set `shapes` is drawn by Rivulet itself, so nobody else has rights in its images.";
    }
    if (Cifar10.hasClasses(classes)) {
      return """
          CIFAR-10 was collected by Alex Krizhevsky, Vinod Nair and Geoffrey Hinton. It comes without a licence, for research; its images are from the web, and \
          their rights are their owners'. Cite: Alex Krizhevsky, *Learning Multiple Layers of Features from Tiny Images*, 2009. Ask before you use a model of it commercially.""";
    }
    return "The data set was brought by whoever ran the training: its licence decides what may be done with a model of it. State it here before you pass the model on.";
  }
}
