package bourse.bench.lab;

import bourse.bench.lab.TechniqueResult.VariantResult;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Takes samples of all variants of a technique in turn, so that what the machine does meanwhile meets them alike. Thread: one.
 */
final class Sampler {
    private static final int ROUNDS = 9;
    private static final long WARM_NS = TimeUnit.MILLISECONDS.toNanos(400);
    private static final long SAMPLE_NS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final int FIRST = 64;

    private final com.sun.management.ThreadMXBean threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final com.sun.management.OperatingSystemMXBean process =
            (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private long sink;

    TechniqueResult measure(final Technique technique) throws Exception {
        final int count = technique.variants().size();
        final List<Technique.Work> works = new ArrayList<>();
        final long[] held = new long[count];
        for (int i = 0; i < count; i++) {
            final long before = heapInUse();
            works.add(technique.variants().get(i).work().get());
            held[i] = Math.max(0, heapInUse() - before);
        }
        final int[] operations = new int[count];
        for (int i = 0; i < count; i++) {
            operations[i] = warm(works.get(i));
            held[i] += works.get(i).bytesOutsideHeap();
        }
        final double[][] ns = new double[count][ROUNDS];
        final double[] bytes = new double[count];
        final double[] cpu = new double[count];
        for (int round = 0; round < ROUNDS; round++) {
            for (int i = 0; i < count; i++) {
                final long bytesBefore = threads.getCurrentThreadAllocatedBytes();
                final long cpuBefore = cpuNs(technique);
                final long begin = System.nanoTime();
                sink += works.get(i).run(operations[i]);
                ns[i][round] = (double) (System.nanoTime() - begin) / operations[i];
                cpu[i] += (double) (cpuNs(technique) - cpuBefore) / operations[i] / ROUNDS;
                bytes[i] += (double) (threads.getCurrentThreadAllocatedBytes() - bytesBefore) / operations[i] / ROUNDS;
            }
        }
        for (final Technique.Work work : works) {
            if (work instanceof AutoCloseable closeable) {
                closeable.close();
            }
        }
        final List<VariantResult> results = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            final double[] gains = new double[ROUNDS];
            for (int round = 0; round < ROUNDS; round++) {
                gains[round] = ns[0][round] / ns[i][round];
            }
            Arrays.sort(gains);
            final double[] sorted = ns[i].clone();
            Arrays.sort(sorted);
            results.add(new VariantResult(technique.variants().get(i).name(), round(sorted[ROUNDS / 2]), round(sorted[0]),
                    round(sorted[ROUNDS - 1]), Math.round(1e9 / sorted[ROUNDS / 2]), round(bytes[i]), held[i], round(cpu[i]), round(gains[ROUNDS / 2]), round(gains[0]), round(gains[ROUNDS - 1])));
        }
        return new TechniqueResult(technique.name(), technique.what(), results, null);
    }

    /** Of one thread, or of the whole process where several work. */
    private long cpuNs(final Technique technique) {
        return technique.threads() == 1 ? threads.getCurrentThreadCpuTime() : process.getProcessCpuTime();
    }

    private static long heapInUse() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    /** @return how many operations make a sample */
    private int warm(final Technique.Work work) {
        final long begin = System.nanoTime();
        int operations = FIRST;
        long took = 1;
        while (System.nanoTime() - begin < WARM_NS) {
            final long from = System.nanoTime();
            sink += work.run(operations);
            took = Math.max(1, System.nanoTime() - from);
            if (took < SAMPLE_NS / 2 && operations < 1 << 28) {
                operations *= 2;
            }
        }
        return (int) Math.clamp(operations * SAMPLE_NS / took, 1, 1 << 28);
    }

    /** Depends on everything that was run. */
    long sink() {
        return sink;
    }

    private static double round(final double value) {
        return value >= 100 ? Math.round(value * 10) / 10.0 : Math.round(value * 1_000) / 1_000.0;
    }
}
