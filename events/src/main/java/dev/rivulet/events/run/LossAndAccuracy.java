package dev.rivulet.events.run;

/**
 * @param loss mean cross-entropy per image, in nats
 * @param accuracy share of images classified rightly, 0 to 1
 */
public record LossAndAccuracy(double loss, double accuracy) {}
