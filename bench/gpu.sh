#!/usr/bin/env bash
# What a graphics card gives, in six minutes, on a machine that has nothing but its driver, CUDA 12 and cuDNN 9: no Java, no build, no network.
#
#   ./mvnw -Pcuda -DskipTests package     where there is a network
#   bench/gpu.sh pack DIR                 puts the class path, this machine's Java and the models into DIR, to be carried there
#   DIR/gpu.sh run                        on the machine with the card: DIR/results has every figure
#   DIR/gpu.sh run --cpu                  the same steps without a card, on the small model: whether the script works
#
# It checks that extraction in half precision on the card finds the directions that single precision finds on the CPU, and that steered
# answers are written; it times reading, writing of 1 and 16 rows, steering against none, extraction, and 64 concurrent callers; and
# it notes the memory that the card had in use. Without --cpu a run that fell back to the CPU fails.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

fail() {
    echo "gpu: FAILED: $*" >&2
    exit 1
}

# One command of steer, on the card if $visible names one.
steer() {
    CUDA_VISIBLE_DEVICES=$visible "$java" ${STEER_JAVA_OPTS:-} -cp "$class_path" dev.steering.cli.Steer "$@"
}

pack() {
    [ $# -eq 1 ] || fail "usage: bench/gpu.sh pack DIR"
    root=$(cd "$here/.." && pwd)
    class_path=${STEER_CLASSPATH:-}
    if [ -z "$class_path" ]; then
        [ -s "$root/steering-cli/target/steer.classpath" ] || fail "nothing is built: ./mvnw -Pcuda -DskipTests package"
        class_path=$root/steering-cli/target/steering-cli.jar:$(cat "$root/steering-cli/target/steer.classpath")
    fi
    java=${JAVA_HOME:+$JAVA_HOME/bin/}java
    visible=
    [ ! -e "$1" ] || fail "$1 is there already"
    mkdir -p "$1/lib"
    dir=$(cd "$1" && pwd)
    IFS=: read -ra entries <<<"$class_path"
    # In the order of the class path: of the same class the first counts.
    number=1000
    for entry in "${entries[@]}"; do
        number=$((number + 1))
        cp -RL "$entry" "$dir/lib/$number-$(basename "$entry")"
    done
    home=$("$java" -XshowSettings:properties -version 2>&1 | sed -n 's/^ *java\.home = //p')
    mkdir "$dir/java"
    # Some systems' src.zip is a link to nowhere.
    tar -C "$home" -ch --exclude=src.zip bin lib conf | tar -C "$dir/java" -x
    model=$root/examples/demo-model/hf
    cp "$root"/examples/demo-model/prompts/anchors-*.txt "$dir/"
    steer export "$model" -o "$dir/demo-fp32" --quiet
    steer export "$model" -o "$dir/demo-fp16" --dtype fp16 --quiet
    cp "${BASH_SOURCE[0]}" "$dir/gpu.sh"
    echo "gpu: $dir is ready, $(du -sh "$dir" | cut -f 1): carry it, then $dir/gpu.sh run"
}

run() {
    card=yes
    if [ "${1:-}" = --cpu ]; then card=; fi
    java=$here/java/bin/java
    class_path=$(find "$here/lib" -mindepth 1 -maxdepth 1 | sort | paste -sd:)
    [ -x "$java" ] || fail "there is no $java: make this folder with bench/gpu.sh pack"
    if [ -n "$card" ]; then
        nvidia-smi --query-gpu=name,memory.total,driver_version,compute_cap --format=csv,noheader || fail "no graphics card"
        on=${CUDA_VISIBLE_DEVICES:-0}
    else
        on=
    fi
    rm -rf -- "$here/results"
    mkdir "$here/results"
    cd "$here/results"
    correctness
    timing
    echo "gpu: passed in $SECONDS s"
}

# On the card in half precision against the CPU in single precision.
correctness() {
    visible=
    steer extract --model "$here/demo-fp32" --harmful "$here/anchors-harmful.txt" --harmless "$here/anchors-harmless.txt" -o cpu.safetensors --quiet >cpu.log 2>&1 ||
        fail "extraction on the CPU: $(tail -n 3 cpu.log)"
    visible=$on
    steer extract --model "$here/demo-fp16" --harmful "$here/anchors-harmful.txt" --harmless "$here/anchors-harmless.txt" -o card.safetensors >card.log 2>&1 ||
        fail "extraction: $(tail -n 3 card.log)"
    if [ -n "$card" ] && grep -q 'running on the CPU' card.log; then fail "$(grep 'running on the CPU' card.log)"; fi
    visible=
    steer vector compare cpu.safetensors card.safetensors --any-model --json >compare.json 2>compare.log || fail "$(tail -n 3 compare.log)"
    worst=$(sed 's/.*"cosines":\[\([^]]*\)\].*/\1/' compare.json | tr , '\n' | sort -g | head -n 1)
    echo "directions: smallest cosine between half precision ${card:+on the card }and single precision on the CPU $worst"
    awk -v worst="$worst" 'BEGIN { exit !(worst > 0.99) }' || fail "directions differ: smallest cosine $worst"
    visible=$on
    steer generate --model "$here/demo-fp16" --method add --alpha 0.5 --layers 2-4 --vector card.safetensors --max-new-tokens 16 "Which colour is it?" \
        --quiet >steered.txt 2>steered.log || fail "steered answers: $(tail -n 3 steered.log)"
    [ -s steered.txt ] || fail "no steered answer"
    echo "steered: $(head -c 200 steered.txt | tr '\n' ' ')"
}

timing() {
    if [ -n "$card" ]; then
        model=(--shape smollm-135m --dtype fp16 --cache "$here/cache")
        callers=64
        (while sleep 1; do nvidia-smi --query-gpu=memory.used --format=csv,noheader,nounits; done >memory.txt 2>/dev/null) &
        watch=$!
        trap 'kill "$watch" 2>/dev/null || true' EXIT
    else
        model=("$here/demo-fp16")
        callers=4
    fi
    visible=$on
    steer bench "${model[@]}" --only prefill-128,decode-b1-steered,decode-b16-steered,extract-b64 -o bench.json 2>bench.log |
        tee bench.txt || fail "bench: $(tail -n 3 bench.log)"
    steer bench "${model[@]}" --callers "$callers" -o callers.json 2>callers.log | tee callers.txt || fail "callers: $(tail -n 3 callers.log)"
    if [ -n "$card" ]; then
        grep -q 'running on the CPU' bench.log && fail "$(grep 'running on the CPU' bench.log)"
        echo "memory of the card, most: $(sort -n memory.txt | tail -n 1) MiB"
    fi
}

command=${1:-}
[ $# -eq 0 ] || shift
case $command in
    pack) pack "$@" ;;
    run) run "$@" ;;
    *) fail "usage: bench/gpu.sh pack DIR, or gpu.sh run [--cpu]" ;;
esac
