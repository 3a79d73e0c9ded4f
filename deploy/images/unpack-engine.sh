#!/usr/bin/env bash
# Unpacks the engine's native libraries at build time, so that a service starts on a read-only file system and the image
# has them once, stripped of symbols:
#   unpack-engine.sh LIB CACHE JARS
# LIB has the jars of a service, CACHE becomes the engine's cache folder, JARS gets the same jars without the libraries.
set -euo pipefail
lib=$(realpath "$1") cache=$2 jars=$3

natives=$(ls "$lib"/ai.djl.pytorch.pytorch-native-*.jar)
jni=$(ls "$lib"/ai.djl.pytorch.pytorch-jni-*.jar)
engine=$(basename "$(ls "$lib"/ai.djl.pytorch.pytorch-engine-*.jar)" .jar)

work=$(mktemp -d)
mkdir -p "$work/natives" "$work/jni" "$jars"
(cd "$work/natives" && jar xf "$natives")
(cd "$work/jni" && jar xf "$jni")

property() { sed -n "s/^$1=//p" "$work/natives/native/lib/pytorch.properties"; }
version=$(property version) flavor=$(property flavor) classifier=$(property classifier)

# the names under which the engine looks for what it has unpacked before
folder="$cache/pytorch/$version-$flavor-$classifier"
mkdir -p "$folder"
mv "$work/natives/pytorch/$flavor/$classifier"/* "$folder"
mv "$work/jni/jnilib/$classifier/$flavor/libdjl_torch.so" "$folder/${engine#*pytorch-engine-}-libdjl_torch.so"
[ -f "$folder/libtorch.so" ] || { echo "no libtorch.so in $natives" >&2; exit 1; }
find "$folder" -name '*.so*' -exec strip --strip-unneeded {} +
chmod -R a+rX "$cache"

# what is left in the jars tells the engine which version it is
jar cfM "$jars/$(basename "$natives")" -C "$work/natives" native
jar cfM "$jars/$(basename "$jni")" -C "$work/jni" jnilib/pytorch.properties
rm -rf "$work"
