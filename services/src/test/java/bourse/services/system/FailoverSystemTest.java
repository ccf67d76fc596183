package bourse.services.system;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How long clients wait when the leader of three members is killed under load, as a distribution; and that nothing acknowledged is lost by any of the kills.
 * {@code bourse.failovers} says how many (`make test-failover` 50), {@code bourse.failover.json} names a file for the figures.
 */
@Timeout(value = 1, unit = TimeUnit.HOURS)
@EnabledIfSystemProperty(named = "bourse.failovers", matches = "\\d+", disabledReason = "SKIPPED: the distribution is taken by `make test-failover`")
class FailoverSystemTest {
    private static final int KILLS = Integer.getInteger("bourse.failovers", 50);
    private static final long SEED = Long.getLong("bourse.seed", 20_261_122L);
    private static final int MEMBERS = 3;
    private static final long GIVE_UP_NS = TimeUnit.SECONDS.toNanos(60);

    @TempDir
    private Path dir;
    private final Promises promises = new Promises();
    private final SplittableRandom random = new SplittableRandom(SEED);
    private final List<Long> firsts = new ArrayList<>();
    private final List<Long> ofDead = new ArrayList<>();
    private final List<Long> ofOthers = new ArrayList<>();

    @Test
    void shouldAnswerSoonAfterTheLeaderIsKilled() throws Exception {
        final List<FaultTrader> traders = new ArrayList<>();
        try (ReplicatedVenue venue = new ReplicatedVenue(dir, MEMBERS).startAll()) {
            try {
                for (int account = 1; account <= MEMBERS; account++) {
                    traders.add(venue.trader(account - 1, account, SEED));
                }
                for (int i = 0; i < KILLS; i++) {
                    Thread.sleep(400 + random.nextInt(500));
                    kill(venue, traders);
                }
                for (final FaultTrader trader : traders) {
                    trader.finish();
                }
                final long bookHash = new ReplicaCheck(venue, promises).killAllAndCompare();
                new VenueChecker(venue.directory(0).resolve("data/log"), promises).checkFast(traders, bookHash);
            } finally {
                traders.forEach(FaultTrader::close);
                report();
            }
        }
        assertThat(promises.broken()).isEmpty();
        assertThat(firsts).hasSize(KILLS);
    }

    private void kill(final ReplicatedVenue venue, final List<FaultTrader> traders) throws InterruptedException {
        final int leader = venue.awaitLeader();
        final List<Integer> before = traders.stream().map(FaultTrader::gateway).toList();
        venue.member(leader).killNow();
        final long killedNs = System.nanoTime();
        traders.forEach(FaultTrader::mark);
        promises.fault("leader killed -9 under load");
        long first = Long.MAX_VALUE;
        for (int i = 0; i < traders.size(); i++) {
            while (traders.get(i).answeredNs() == 0) {
                assertThat(System.nanoTime() - killedNs).as("no answer to account %d", i + 1).isLessThan(GIVE_UP_NS);
                Thread.sleep(1);
            }
            final long waitedMs = (traders.get(i).answeredNs() - killedNs) / 1_000_000;
            first = Math.min(first, waitedMs);
            ((i + before.get(i)) % MEMBERS == leader ? ofDead : ofOthers).add(waitedMs);
        }
        firsts.add(first);
        System.out.printf("kill %d of %d: answers again after %d ms%n", firsts.size(), KILLS, first);
        venue.member(leader).awaitExit();
        venue.start(leader);
        venue.awaitServing(leader);
    }

    private void report() throws IOException {
        promises.print(System.out);
        System.out.println("kill -9 of the leader to the first answer to a command sent after it, ms                n    min    p50    p99    max");
        System.out.println(line("any client (the venue answers again)", firsts));
        System.out.println(line("clients of the killed member's gateway", ofDead));
        System.out.println(line("clients of the other gateways", ofOthers));
        final String file = System.getProperty("bourse.failover.json");
        if (file != null) {
            Files.writeString(Path.of(file), "{\"seed\":" + SEED + ",\"kills\":" + firsts.size() + ",\"broken\":" + promises.broken().size() + ",\"any\":" + json(firsts)
                + ",\"ofKilled\":" + json(ofDead) + ",\"ofOthers\":" + json(ofOthers) + "}\n");
        }
    }

    private static String line(final String what, final List<Long> values) {
        return String.format(Locale.ROOT, "  %-82s %4d %6d %6d %6d %6d", what, values.size(), quantile(values, 0), quantile(values, 50), quantile(values, 99),
            quantile(values, 100));
    }

    private static String json(final List<Long> values) {
        return String.format(Locale.ROOT, "{\"n\":%d,\"minMs\":%d,\"p50Ms\":%d,\"p99Ms\":%d,\"maxMs\":%d}", values.size(), quantile(values, 0), quantile(values, 50),
            quantile(values, 99), quantile(values, 100));
    }

    /** Nearest rank. */
    private static long quantile(final List<Long> values, final int percent) {
        if (values.isEmpty()) {
            return 0;
        }
        final long[] sorted = values.stream().mapToLong(Long::longValue).toArray();
        Arrays.sort(sorted);
        return sorted[Math.max(0, (percent * sorted.length + 99) / 100 - 1)];
    }
}
