package dev.rivulet.local.run;

/** The services that tell between two events how a run stands. */
public record ServiceClients(TrainerClient trainer, IngestClient ingest) {}
