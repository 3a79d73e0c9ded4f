#!/usr/bin/env bash
# Parts a built service into what changes with every release of a dependency and what changes with the code:
#   layers.sh SERVICE     makes /layers/dependencies and /layers/code
set -euo pipefail
app=$1/target/quarkus-app
# dependencies whose natives are unpacked elsewhere
[ ! -d /engine-jars ] || cp /engine-jars/*.jar "$app/lib/main/"
mkdir -p /layers/dependencies /layers/code/lib/main
mv "$app"/lib/main/dev.rivulet.*.jar /layers/code/lib/main/
mv "$app/lib" /layers/dependencies/
mv "$app"/{app,quarkus,quarkus-run.jar} /layers/code/
