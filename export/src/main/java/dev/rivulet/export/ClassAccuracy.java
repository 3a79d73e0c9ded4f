package dev.rivulet.export;

import dev.rivulet.events.run.ValidationDetail;
import java.util.ArrayList;
import java.util.List;

/**
 * How well a network does on the validation images of one class.
 *
 * @param name of the class
 * @param correct how many of them it takes for that class
 */
public record ClassAccuracy(String name, int correct, int images) {

  /** From 0 to 1; NaN without images. */
  public double accuracy() {
    return (double) correct / images;
  }

  /** In the order of the classes; empty if there is no confusion matrix. */
  public static List<ClassAccuracy> of(List<String> classes, ValidationDetail detail) {
    List<ClassAccuracy> accuracies = new ArrayList<>();
    List<List<Integer>> confusion = detail.confusion().orElse(List.of());
    for (int label = 0; label < confusion.size(); label++) {
      List<Integer> row = confusion.get(label);
      int images = row.stream().mapToInt(Integer::intValue).sum();
      accuracies.add(new ClassAccuracy(classes.get(label), row.get(label), images));
    }
    return accuracies;
  }
}
