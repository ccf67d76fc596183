package bourse.bench.rung;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Two engines that share nothing, on a thread each: what a second core is worth to matching. */
final class TwoShards {
    private TwoShards() {
    }

    static RungResult measure(final RungFactory factory, final RungPlan plan) throws InterruptedException {
        final List<Rung> rungs = new ArrayList<>();
        final List<Thread> threads = new ArrayList<>();
        final long[] orders = new long[2];
        try {
            for (int i = 0; i < orders.length; i++) {
                rungs.add(factory.open(RungName.ENGINE));
            }
            final long measureFromNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(plan.warmUpMs() + 500);
            final long endNs = measureFromNs + TimeUnit.MILLISECONDS.toNanos(plan.throughputMs());
            for (int i = 0; i < orders.length; i++) {
                final int shard = i;
                final Load load = rungs.get(i).load();
                threads.add(Thread.ofPlatform().name("shard-" + i).start(() -> orders[shard] = run(load, measureFromNs, endNs)));
            }
            for (final Thread thread : threads) {
                thread.join();
            }
        } catch (final IOException e) {
            return RungResult.failed(RungRig.TWO_SHARDS, e.toString());
        } finally {
            rungs.forEach(Rung::close);
        }
        if (orders[0] <= 0 || orders[1] <= 0) {
            return RungResult.failed(RungRig.TWO_SHARDS, "a shard's thread failed");
        }
        final long perSecond = Math.round((orders[0] + orders[1]) * 1e3 / plan.throughputMs());
        return new RungResult(RungRig.TWO_SHARDS, RungName.ENGINE.batch(), RungName.ENGINE.window(), perSecond, perSecond, perSecond, -1, -1, -1,
                -1, -1, -1, -1, 0, false, null, -1, -1, "", 0, -1, -1, -1, List.of(), List.of(), List.of(), List.of(), null);
    }

    private static long run(final Load load, final long measureFromNs, final long endNs) {
        try {
            load.saturate(measureFromNs);
            final long before = load.applied();
            load.saturate(endNs);
            return load.applied() - before;
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            return -1;
        }
    }
}
