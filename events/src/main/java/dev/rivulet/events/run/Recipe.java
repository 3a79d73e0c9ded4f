package dev.rivulet.events.run;

import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * How a network is trained: optimizer, schedule, regularization and augmentation, as numbers.
 *
 * @param name of the recipe that it is, or that it was before some values were changed
 * @param values one for every setting
 */
public record Recipe(String name, Map<RecipeSetting, Double> values) {

  /**
   * Adam at a constant rate, flips and small shifts: what gives the accuracy that was published for
   * the program that Rivulet grew from. Its text has a dropout of 0.5 as well, which its figures
   * don't show; docs/experiments.md has the runs.
   */
  public static final Recipe ORIGINAL =
      new Recipe(
          "original",
          settings(
              Map.ofEntries(
                  Map.entry(RecipeSetting.LEARNING_RATE, 0.002),
                  Map.entry(RecipeSetting.FINAL_RATE, 1.0),
                  Map.entry(RecipeSetting.BETA1, 0.9),
                  Map.entry(RecipeSetting.BETA2, 0.999),
                  Map.entry(RecipeSetting.EPSILON, 1e-7),
                  Map.entry(RecipeSetting.LAYER_SCALE, 1e-6),
                  Map.entry(RecipeSetting.SHIFT, 3.2))));

  /**
   * What trains the same network best in a few epochs: Muon for dense kernels, a rate that rises
   * and falls, decoupled weight decay, an average of the weights as the model, no dropout.
   */
  public static final Recipe STRONG =
      new Recipe(
          "strong",
          settings(
              Map.ofEntries(
                  Map.entry(RecipeSetting.LEARNING_RATE, 0.006),
                  Map.entry(RecipeSetting.WARM_UP, 0.1),
                  Map.entry(RecipeSetting.FINAL_RATE, 0.01),
                  Map.entry(RecipeSetting.BETA1, 0.9),
                  Map.entry(RecipeSetting.BETA2, 0.99),
                  Map.entry(RecipeSetting.EPSILON, 1e-8),
                  Map.entry(RecipeSetting.WEIGHT_DECAY, 0.05),
                  Map.entry(RecipeSetting.MUON, 0.2),
                  Map.entry(RecipeSetting.LABEL_SMOOTHING, 0.05),
                  Map.entry(RecipeSetting.AVERAGING, 0.999),
                  Map.entry(RecipeSetting.LAYER_SCALE, 0.1),
                  Map.entry(RecipeSetting.SHIFT, 3.5))));

  private static final List<Recipe> ALL = List.of(ORIGINAL, STRONG);

  /**
   * @throws IllegalArgumentException if a value is missing or out of its range, or more images are
   *     to be mixed than there are
   */
  public Recipe {
    for (RecipeSetting setting : RecipeSetting.values()) {
      if (!values.containsKey(setting)) {
        throw new IllegalArgumentException("recipe %s: no %s".formatted(name, setting.label()));
      }
      setting.check(values.get(setting));
    }
    double mixed = values.get(RecipeSetting.MIXUP) + values.get(RecipeSetting.CUTMIX);
    if (mixed > 1) {
      throw new IllegalArgumentException(
          "mixup and cutmix are shares of the images, but together %s; choose less of one"
              .formatted(RecipeSetting.number(mixed)));
    }
    values = Collections.unmodifiableMap(new EnumMap<>(values));
  }

  /** The names of all recipes. */
  public static List<String> names() {
    return ALL.stream().map(Recipe::name).toList();
  }

  /**
   * @throws IllegalArgumentException if there is no such recipe, naming those that there are
   */
  public static Recipe named(String name) {
    return ALL.stream()
        .filter(recipe -> recipe.name.equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "recipe '%s': choose one of %s".formatted(name, String.join(", ", names()))));
  }

  /**
   * The same with some values changed.
   *
   * @param changes new values by the settings' labels
   * @throws IllegalArgumentException if there is no such setting, or a value is out of its range
   */
  public Recipe with(Map<String, Double> changes) {
    Map<RecipeSetting, Double> changed = new EnumMap<>(values);
    changes.forEach(
        (label, value) -> {
          if (value == null) {
            throw new IllegalArgumentException(label + ": no value");
          }
          changed.put(setting(label), value);
        });
    return new Recipe(name, changed);
  }

  /**
   * Changes as people type them.
   *
   * @param typed {@code name=value} each; of equal names the last one counts
   * @return new values by the settings' labels
   * @throws IllegalArgumentException if one has another form, or its value is no number
   */
  public static Map<String, Double> changes(List<String> typed) {
    Map<String, Double> changes = new TreeMap<>();
    for (String change : typed) {
      String[] parts = change.split("=", 2);
      try {
        changes.put(parts[0].strip(), Double.valueOf(parts[parts.length - 1].strip()));
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException(
            "recipe setting '%s': write NAME=NUMBER, for instance learningRate=0.004"
                .formatted(change),
            e);
      }
    }
    return changes;
  }

  public double value(RecipeSetting setting) {
    return values.get(setting);
  }

  /** Its values as people read them, without those that are 0. */
  public String inWords() {
    return values.entrySet().stream()
        .filter(entry -> entry.getValue() != 0)
        .map(entry -> entry.getKey().label() + " " + RecipeSetting.number(entry.getValue()))
        .collect(Collectors.joining(", "));
  }

  /** Changed values as people type them: {@code name=value}, in the order of the names. */
  static String inWords(Map<String, Double> changes) {
    return new TreeMap<>(changes)
        .entrySet().stream()
            .map(entry -> entry.getKey() + "=" + RecipeSetting.number(entry.getValue()))
            .collect(Collectors.joining(" "));
  }

  private static RecipeSetting setting(String label) {
    return RecipeSetting.labelled(label)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "recipe setting '%s': choose one of %s"
                        .formatted(
                            label,
                            Arrays.stream(RecipeSetting.values())
                                .map(RecipeSetting::label)
                                .sorted()
                                .collect(Collectors.joining(", ")))));
  }

  private static Map<RecipeSetting, Double> settings(Map<RecipeSetting, Double> given) {
    Map<RecipeSetting, Double> all = new EnumMap<>(RecipeSetting.class);
    for (RecipeSetting setting : RecipeSetting.values()) {
      all.put(setting, given.getOrDefault(setting, 0.0));
    }
    return all;
  }
}
