package dev.steering.bench;

import dev.steering.bench.BenchResult.Comparison;
import dev.steering.bench.machine.Garbage;
import dev.steering.bench.machine.MachineDescription;
import dev.steering.bench.machine.MachineProbes;
import dev.steering.bench.machine.Probe;
import dev.steering.bench.workload.Task.Case;
import dev.steering.bench.workload.Workload;
import dev.steering.bench.workload.Workload.Cost;
import dev.steering.bench.workload.ZeroSteering;
import dev.steering.core.ProgressListener;
import dev.steering.core.bundle.BundleManifest;
import dev.steering.export.traffic.WeightTraffic;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Repetitions of everything, and what their times mean. */
final class Rounds {
    private static final double PROBE_SECONDS = 0.1;

    /** Even where the time is up: a median of fewer is none. */
    private static final int LEAST = 3;

    private final MachineProbes probes;
    private final Map<Case, Workload> workloads;
    private final double[] operations;
    private final double[] bytes;
    private int done;
    private final Map<Case, double[]> seconds = new LinkedHashMap<>();
    private final Map<Case, double[]> garbage = new LinkedHashMap<>();

    private Rounds(MachineProbes probes, Map<Case, Workload> workloads, int repetitions) {
        this.probes = probes;
        this.workloads = workloads;
        this.operations = new double[repetitions];
        this.bytes = new double[repetitions];
        for (Case c : workloads.keySet()) {
            seconds.put(c, new double[repetitions]);
            garbage.put(c, new double[repetitions]);
        }
    }

    /** @param seconds how long it may take; what is timed then is left at fewer repetitions */
    static Rounds time(
            MachineProbes probes,
            Map<Case, Workload> workloads,
            int repetitions,
            double seconds,
            ProgressListener progress) {
        Rounds rounds = new Rounds(probes, workloads, repetitions);
        long start = System.nanoTime();
        double each = 0;
        while (rounds.done < repetitions) {
            double passed = (System.nanoTime() - start) / 1e9;
            if (rounds.done >= LEAST && passed + each > seconds) {
                break;
            }
            rounds.time(rounds.done, progress);
            rounds.done++;
            each = (System.nanoTime() - start) / 1e9 - passed;
        }
        return rounds;
    }

    /** How often everything was timed. */
    int done() {
        return done;
    }

    private Samples samples(double[] values) {
        return Samples.of(Arrays.copyOf(values, done));
    }

    private void time(int round, ProgressListener progress) {
        long finished = (long) round * workloads.size();
        long total = (long) operations.length * workloads.size();
        operations[round] = rate(probes.products());
        bytes[round] = rate(probes.reads());
        for (Case c : order(round)) {
            progress.onProgress("timing", finished++, total);
            Workload workload = Objects.requireNonNull(workloads.get(c));
            long allocated = Garbage.allocated();
            long start = System.nanoTime();
            workload.run();
            times(c)[round] = (System.nanoTime() - start) / 1e9;
            garbage(c)[round] = (double) (Garbage.allocated() - allocated) / workload.tokens();
        }
        progress.onProgress("timing", finished, total);
    }

    /** Tasks as they are; of each, the variants beginning with another one every time. */
    private List<Case> order(int round) {
        Map<String, List<Case>> byTask = new LinkedHashMap<>();
        workloads.keySet().forEach(c -> byTask.computeIfAbsent(c.task().label(), label -> new ArrayList<>())
                .add(c));
        List<Case> order = new ArrayList<>();
        for (List<Case> variants : byTask.values()) {
            Collections.rotate(variants, round);
            order.addAll(variants);
        }
        return order;
    }

    /** The best of the runs that fit into a moment: a limit is what the machine can do, not what it does on average. */
    private static double rate(Probe probe) {
        double best = 0;
        long start = System.nanoTime();
        long end = start;
        while ((end - start) / 1e9 < PROBE_SECONDS) {
            long before = System.nanoTime();
            probe.run();
            end = System.nanoTime();
            best = Math.max(best, probe.work() * 1e9 / (end - before));
        }
        return best;
    }

    BenchReport report(
            BundleManifest model,
            WeightTraffic weights,
            BenchSettings settings,
            MemoryFigures memory,
            ZeroSteering zeroSteering,
            ZeroSteering zeroProjection,
            Map<String, String> leftOut) {
        MachineFigures machine = new MachineFigures(
                MachineDescription.processor(),
                Runtime.getRuntime().availableProcessors(),
                MachineDescription.memory(),
                MachineDescription.system(),
                probes.products().method(),
                samples(operations),
                probes.reads().method(),
                samples(bytes));
        List<BenchResult> results =
                workloads.keySet().stream().map(c -> result(c, machine)).toList();
        return new BenchReport(
                model, weights, settings, machine, memory, zeroSteering, zeroProjection, results, leftOut);
    }

    private BenchResult result(Case c, MachineFigures machine) {
        Workload workload = Objects.requireNonNull(workloads.get(c));
        Cost cost = workload.cost();
        return new BenchResult(
                c.name(),
                samples(times(c)),
                samples(garbage(c)),
                workload.tokens(),
                workload.prompts(),
                cost.limit(),
                cost.operations() / machine.operationsPerSecond().median(),
                cost.bytes() / machine.bytesPerSecond().median(),
                comparison(c));
    }

    private @Nullable Comparison comparison(Case c) {
        if (c.equals(c.plain())) {
            return null;
        }
        double[] own = times(c);
        double[] plain = times(c.plain());
        double[] ratios = new double[done];
        for (int i = 0; i < done; i++) {
            ratios[i] = own[i] / plain[i];
        }
        return new Comparison(
                c.plain().name(), samples(own).median() / samples(plain).median(), Samples.of(ratios));
    }

    private double[] times(Case c) {
        return Objects.requireNonNull(seconds.get(c));
    }

    private double[] garbage(Case c) {
        return Objects.requireNonNull(garbage.get(c));
    }
}
