package dev.steering.eval.run;

import java.lang.management.ManagementFactory;
import java.util.function.Supplier;

/**
 * Who uses the machine's processors while something is timed. Another program that runs beside makes times longer, and not the same
 * for what is compared, as it comes and goes.
 *
 * @param others share of the processors' time that other processes used, 0..1; NaN if that is not known
 * @param load the system's load average of the last minute; NaN if that is not known
 * @param processors how many processors there are
 */
record MachineUse(double others, double load, int processors) {
    /** Nothing known, as in files of earlier versions. */
    static final MachineUse UNKNOWN = new MachineUse(Double.NaN, Double.NaN, 1);

    private static final double MOST_OTHERS = 0.1;

    /**
     * Whether others used more than a tenth of the processors' time, or more threads wanted to run than there are processors: a load
     * average more than one above their number, which is what a pass that uses all of them reaches by itself.
     */
    boolean busy() {
        return others > MOST_OTHERS || load > processors + 1;
    }

    /**
     * Begins to measure.
     *
     * @return tells what the machine was used for since this call
     */
    static Supplier<MachineUse> measuring() {
        if (!(ManagementFactory.getOperatingSystemMXBean()
                instanceof com.sun.management.OperatingSystemMXBean system)) {
            return () -> UNKNOWN;
        }
        // The load is that since the last call.
        double unused = system.getCpuLoad();
        long ownBefore = system.getProcessCpuTime();
        long started = System.nanoTime();
        return () -> {
            double all = system.getCpuLoad();
            double processors = system.getAvailableProcessors();
            double wall = (System.nanoTime() - started) * processors;
            double own = (system.getProcessCpuTime() - ownBefore) / wall;
            double average = system.getSystemLoadAverage();
            return new MachineUse(
                    all < 0 ? Double.NaN : Math.max(0, all - own), average < 0 ? Double.NaN : average, (int)
                            processors);
        };
    }
}
