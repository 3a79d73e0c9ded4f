#!/usr/bin/env bash
# Unpacks the engine's native libraries at build time, so that a service starts on a read-only file system and the image
# has them once:
#   unpack-engine.sh LIB CACHE JARS [CUDNN]
# LIB has the jars of a service, CACHE becomes the engine's cache folder, JARS gets the same jars without the libraries.
# CUDNN is a folder with a jar that has cuDNN 8, for the natives of GPUs.
set -euo pipefail
lib=$(realpath "$1") cache=$2 jars=$3
cudnn_jar=$(ls "${4:-/nowhere}"/*.jar 2>/dev/null || true)

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
mkdir -p "$folder" "$cache/cuda"
mv "$work/natives/pytorch/$flavor/$classifier"/* "$folder"
mv "$work/jni/jnilib/$classifier/$flavor/libdjl_torch.so" "$folder/${engine#*pytorch-engine-}-libdjl_torch.so"
case $flavor in
  # a fifth smaller without symbols; the libraries of a GPU would be broken by it
  cpu) strip --strip-unneeded "$folder"/*.so* ;;
  cu*)
    # Python's packagers gave CUDA's libraries names like libcudart-d0da41ae.so.11.0; the engine's Java side and cuDNN
    # ask for them by their plain names, and who counts the GPUs for libcudart.so
    for file in "$folder"/lib*-????????.so.*; do
      name=$(basename "$file")
      plain=${name%-????????.so.*}
      [[ $plain == libgomp ]] || ln -sr "$file" "$cache/cuda/$plain${name#"$plain"-????????}"
    done
    ln -s libcudart.so.11.0 "$cache/cuda/libcudart.so"
    # cuDNN is not among the natives
    mapfile -t cudnn < <(jar tf "$cudnn_jar" | grep '/libcudnn[^/]*\.so\.8$')
    (cd "$work" && jar xf "$cudnn_jar" "${cudnn[@]}" && mv "${cudnn[@]}" "$cache/cuda")
    ;;
esac
chmod -R a+rX "$cache"

# every library must load with what is here and in the base image; only the driver comes from the machine
mapfile -t libraries < <(find "$cache" -name '*.so*')
for library in "${libraries[@]}"; do
  if ! needs=$(LD_LIBRARY_PATH="$folder:$cache/cuda" ldd "$library" 2>&1) ||
    grep 'not found' <<<"$needs" | grep -qv 'libcuda\.so\.1'; then
    printf '%s cannot be loaded:\n%s\n' "$library" "$needs" >&2
    exit 1
  fi
done

# what is left in the jars tells the engine which version it is
jar cfM "$jars/$(basename "$natives")" -C "$work/natives" native
jar cfM "$jars/$(basename "$jni")" -C "$work/jni" jnilib/pytorch.properties
rm -rf "$work"
