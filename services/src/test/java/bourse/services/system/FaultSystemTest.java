package bourse.services.system;

import bourse.engine.log.DataVerification;
import bourse.engine.store.Recording;
import bourse.engine.store.RecordingCatalog;
import bourse.engine.store.RecordingReader;
import bourse.sbe.engine.EventBatchDecoder;
import bourse.sbe.engine.MessageHeaderDecoder;
import bourse.services.client.VenueChannels;
import io.grpc.ManagedChannel;
import org.agrona.IoUtil;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A venue as its operators fear it: killed in the middle of load again and again, stopped for up to half a minute, its files torn, flipped and cut. Real processes, real
 * clients, and a checker that compares what everyone saw. {@code bourse.faults} says how many kills (3 in the ordinary tests, which damage no files; `make test-faults` 50,
 * `make test-faults-long` 1,000), {@code bourse.seed} which. After {@value #KILLS_OF_A_VENUE} of them the checker looks at everything and a new venue begins, so that a long run needs no more
 * memory and disk than a short one.
 */
@Timeout(value = 3, unit = TimeUnit.HOURS)
class FaultSystemTest {
    private static final int KILLS = Integer.getInteger("bourse.faults", 3);
    private static final long SEED = Long.getLong("bourse.seed", 20_261_122L);
    private static final int KILLS_OF_A_VENUE = 25;
    private static final int POWER_LOSSES_OF_A_VENUE = 10;
    /** A start that has not refused by then hangs, however busy the machine is. */
    private static final long START_MS = 180_000;
    private static final int MOST_POWER_LOSSES = 50;
    private static final int MOST_DAMAGED_FILES = 200;
    private static final long SHORTEST_STOP_MS = 100;
    private static final long LONGEST_STOP_MS = 30_000;
    private static final int TRADERS = 3;
    private static final Promises PROMISES = new Promises();
    private static final List<Long> RESTARTS_MS = new ArrayList<>();

    /** Kept for whoever looks for the reason. */
    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path dir;
    private final SplittableRandom random = new SplittableRandom(SEED);

    @AfterAll
    static void report() {
        PROMISES.print(System.out);
        if (!RESTARTS_MS.isEmpty()) {
            final long[] sorted = RESTARTS_MS.stream().mapToLong(Long::longValue).sorted().toArray();
            System.out.printf("kill to first new acknowledgement, ms: n=%d min=%d p50=%d p90=%d max=%d   (seed %d)%n", sorted.length, sorted[0],
                sorted[sorted.length / 2], sorted[sorted.length * 9 / 10], sorted[sorted.length - 1], SEED);
        }
    }

    @Test
    void shouldKeepEveryPromiseThroughKillsInTheMiddleOfLoad() throws Exception {
        // One venue is looked at while the next one is killed; never more.
        try (ExecutorService checker = Executors.newSingleThreadExecutor()) {
            Future<?> checked = CompletableFuture.completedFuture(null);
            for (int done = 0; done < KILLS; done += KILLS_OF_A_VENUE) {
                final Path root = Files.createDirectory(dir.resolve("killed-" + done));
                final int kills = Math.min(KILLS, done + KILLS_OF_A_VENUE);
                final Killed killed = kill(root, done, kills);
                checked.get();
                checked = checker.submit(() -> {
                    killed.check();
                    IoUtil.delete(root.toFile(), false);
                    System.out.println("kills: " + kills + " of " + KILLS);
                    return null;
                });
            }
            checked.get();
        }
        assertThat(PROMISES.checked("what a client was told is in the event stream, the same")).isGreaterThan(1_000L);
        assertThat(PROMISES.checked("what the public was told is in the event stream, the same")).isGreaterThan(1_000L);
        assertThat(PROMISES.checked("money: paid in = balances + fees")).isEqualTo(2L * ((KILLS + KILLS_OF_A_VENUE - 1) / KILLS_OF_A_VENUE));
    }

    /** A venue that has been killed often enough, and all that anybody saw of it. */
    private record Killed(Path log, List<FaultTrader> traders, LiveFeed feed, long bookHash) {
        void check() throws Exception {
            new VenueChecker(log, PROMISES).check(traders, bookHash, feed);
            assertThat(PROMISES.broken()).isEmpty();
        }
    }

    private Killed kill(final Path root, final int from, final int to) throws Exception {
        final int feedPort = VenueChild.freePort();
        final String[] ports = {"gateway.port=" + VenueChild.freePort(), "marketdata.port=" + feedPort};
        final List<FaultTrader> traders = new ArrayList<>();
        VenueChild venue = VenueChild.start("run", root, ports).awaitReady();
        final LiveFeed feed = new LiveFeed("127.0.0.1:" + feedPort);
        try {
            fund(venue);
            for (int account = 1; account <= TRADERS; account++) {
                traders.add(new FaultTrader(venue.endpoints(), venue.data(), account, SEED + from, true));
            }
            for (int i = from; i < to; i++) {
                Thread.sleep(100 + random.nextInt(500));
                if (i % 5 == 2) {
                    snapshot(venue);
                }
                if (i % 7 == 3) {
                    pause(venue);
                }
                final int before = seen(traders);
                venue.kill();
                PROMISES.fault("kill -9 in the middle of load");
                final long killedNs = System.nanoTime();
                verify(venue.data().resolve("log"));
                venue = VenueChild.start("run", root, ports).awaitReady();
                awaitMore(venue, traders, Math.max(before, seen(traders)));
                RESTARTS_MS.add((System.nanoTime() - killedNs) / 1_000_000);
            }
            for (final FaultTrader trader : traders) {
                trader.finish();
            }
            final long bookHash = Long.parseUnsignedLong(hash(venue), 16);
            venue.kill();
            return new Killed(venue.data().resolve("log"), traders, feed, bookHash);
        } finally {
            traders.forEach(FaultTrader::close);
            feed.close();
            venue.close();
        }
    }

    /** Damage to a killed venue's files: it starts with everything, or refuses and says what is lost; it never goes on as if nothing were. */
    @Test
    @EnabledIfSystemProperty(named = "bourse.faults", matches = "\\d+", disabledReason = "SKIPPED: damage at random places runs by `make test-faults`")
    void shouldNeverStartSilentlyWithLess() throws Exception {
        final Path original = Files.createDirectory(dir.resolve("original"));
        final String[] settings = {"gateway.port=0", "marketdata.multicast=false"};
        final String whole;
        try (VenueChild venue = VenueChild.start("run", original, settings).awaitReady()) {
            final List<FaultTrader> traders = new ArrayList<>();
            for (int account = 1; account <= TRADERS; account++) {
                traders.add(new FaultTrader(venue.endpoints(), venue.data(), account, SEED + 1));
            }
            for (int i = 0; i < 2; i++) {
                Thread.sleep(300);
                snapshot(venue);
            }
            Thread.sleep(300);
            for (final FaultTrader trader : traders) {
                trader.finish();
                trader.close();
            }
            whole = hash(venue);
            venue.kill();
        }
        final List<Path> stored = stored(original.resolve("data/log"));
        final int runs = Math.min(KILLS, MOST_DAMAGED_FILES);
        for (int i = 0; i < runs; i++) {
            final Path copy = dir.resolve("copy-" + i);
            copy(original.resolve("data"), copy.resolve("data"));
            final String what = damage(copy.resolve("data/log"), stored.get((i * 5 + random.nextInt(3)) % stored.size()));
            start(copy, settings, whole, what);
            IoUtil.delete(copy.toFile(), false);
        }
        assertThat(PROMISES.broken()).isEmpty();
    }

    private void start(final Path copy, final String[] settings, final String whole, final String what) throws Exception {
        final DataVerification.Report report = new DataVerification(copy.resolve("data/log")).run();
        try (VenueChild venue = VenueChild.start("run", copy, settings)) {
            final boolean isReady = venue.isReadyWithin(START_MS);
            if (isReady) {
                final String hash = hash(venue);
                PROMISES.check("damaged files: the venue has everything, or refuses", hash.equals(whole),
                    () -> what + ": book " + hash + " (expected: " + whole + "), verify: " + report.findings());
            } else {
                final String output = venue.output();
                PROMISES.check("damaged files: a refusal says why", output.contains("ERROR") || output.contains("bourse run:"), () -> what + ":\n" + output);
                PROMISES.check("damaged files: verify says what is lost", !report.isSound(), () -> what + ": verify finds nothing\n" + output);
            }
        }
    }

    /** Flips a bit or cuts the file, somewhere in what is written. */
    private String damage(final Path log, final Path relative) throws IOException {
        final Path file = log.resolve(relative);
        final long used = used(file);
        final boolean isFlip = random.nextBoolean();
        final long at = random.nextLong(Math.max(1, used));
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            if (isFlip) {
                bytes.seek(at);
                final int value = bytes.read();
                bytes.seek(at);
                bytes.write(value ^ 1 << random.nextInt(8));
                PROMISES.fault("bit flipped in " + kind(relative));
            } else {
                bytes.setLength(at);
                PROMISES.fault("truncated " + kind(relative));
            }
        }
        return (isFlip ? "bit flipped at byte " : "truncated to ") + at + " of " + relative;
    }

    private static String kind(final Path relative) {
        final String name = relative.getFileName().toString();
        return name.replaceAll("^[0-9a-f]{16}\\.", "snapshot .").replaceAll("^\\d+-\\d+\\.rec", "a recording");
    }

    private static long used(final Path file) throws IOException {
        final byte[] bytes = Files.readAllBytes(file);
        int end = bytes.length;
        while (end > 0 && bytes[end - 1] == 0) {
            end--;
        }
        return end;
    }

    /** What power loss may leave of a venue with sync=power: behind what was acknowledged nothing is sure to be there, or whole. */
    @Test
    @EnabledIfSystemProperty(named = "bourse.faults", matches = "\\d+", disabledReason = "SKIPPED: damage at random places runs by `make test-faults`")
    void shouldSurvivePowerLossWithSyncPower() throws Exception {
        final int losses = Math.min(Math.max(2, KILLS / 5), MOST_POWER_LOSSES);
        for (int done = 0; done < losses; done += POWER_LOSSES_OF_A_VENUE) {
            final Path root = Files.createDirectory(dir.resolve("power-" + done));
            cutPower(root, done, Math.min(losses, done + POWER_LOSSES_OF_A_VENUE));
            IoUtil.delete(root.toFile(), false);
        }
    }

    private void cutPower(final Path root, final int from, final int to) throws Exception {
        final String port = "gateway.port=" + VenueChild.freePort();
        final List<FaultTrader> traders = new ArrayList<>();
        VenueChild venue = VenueChild.start("run", root, port, "engine.sync=power", "marketdata.multicast=false").awaitReady();
        try {
            for (int account = 1; account <= TRADERS; account++) {
                traders.add(new FaultTrader(venue.endpoints(), venue.data(), account, SEED + 2 + from));
            }
            for (int i = from; i < to; i++) {
                Thread.sleep(300 + random.nextInt(300));
                venue.kill();
                awaitQuiet(traders);
                loseUnsynced(venue.data().resolve("log"), traders);
                PROMISES.fault("power lost: unsynced tails dropped or torn");
                venue = VenueChild.start("run", root, port, "engine.sync=power", "marketdata.multicast=false").awaitReady();
                // Each of them: on a slow machine one would miss the short lives of the venue, one after the other, until it gives up.
                for (final FaultTrader trader : traders) {
                    final int before = trader.eventCount();
                    venue.await("a new acknowledgement", () -> trader.eventCount() > before);
                }
            }
            for (final FaultTrader trader : traders) {
                trader.finish();
            }
            final long bookHash = Long.parseUnsignedLong(hash(venue), 16);
            venue.kill();
            new VenueChecker(venue.data().resolve("log"), PROMISES).check(traders, bookHash);
        } finally {
            traders.forEach(FaultTrader::close);
            venue.close();
        }
        assertThat(PROMISES.broken()).isEmpty();
    }

    /** Cuts the events somewhere behind what any client was told, and the log somewhere behind the commands of the events that are left. */
    private void loseUnsynced(final Path log, final List<FaultTrader> traders) throws IOException {
        long told = 0;
        for (final FaultTrader trader : traders) {
            final var events = trader.events();
            told = events.isEmpty() ? told : Math.max(told, events.getLast().getEventSeq());
        }
        final Path archive = log.resolve("archive");
        final Recording events = RecordingCatalog.events(archive).getLast();
        final Recording commands = new bourse.engine.log.RecordedLog(log).recording();
        final long toldSeq = told;
        final long[] keep = {0, 0, 0};
        final double share = random.nextDouble();
        try (RecordingReader reader = new RecordingReader(archive, events, events.startPosition())) {
            reader.read(Long.MAX_VALUE, (buffer, offset, length, start, end) -> {
                final EventBatchDecoder batch = new EventBatchDecoder().wrap(buffer, offset + MessageHeaderDecoder.ENCODED_LENGTH,
                    EventBatchDecoder.BLOCK_LENGTH, EventBatchDecoder.SCHEMA_VERSION);
                if (batch.firstEventSeq() <= toldSeq || share > 0.5) {
                    keep[0] = end;
                    keep[1] = batch.logPosition();
                }
                keep[2] = batch.firstEventSeq() + batch.count() - 1;
            });
        }
        tear(events.segmentFile(archive, events.segmentBase(keep[0])), keep[0] - events.segmentBase(keep[0]));
        // A client may be told what the recording of the events has not yet: nothing then says how far the log was synced for it.
        if (keep[2] >= toldSeq) {
            tear(commands.segmentFile(archive, commands.segmentBase(keep[1])), keep[1] - commands.segmentBase(keep[1]));
        }
    }

    /** Behind {@code from}: nothing, or the beginning of what was there, or any sectors or pages of the one write that was not synced, but for the first. */
    private void tear(final Path segment, final long from) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(segment.toFile(), "rw")) {
            final long length = file.length();
            final byte[] behind = new byte[(int) Math.min(64 * 1024, length - from)];
            file.seek(from);
            file.readFully(behind);
            final int kind = random.nextInt(4);
            if (kind < 2) {
                Arrays.fill(behind, Math.min(kind * random.nextInt(200), behind.length), behind.length, (byte) 0);
            } else {
                final int unit = kind == 2 ? 512 : 4096;
                for (long at = from; at < from + behind.length; at = (at / unit + 1) * unit) {
                    if (at == from || random.nextInt(3) == 0) {
                        final int begin = (int) (at - from);
                        Arrays.fill(behind, begin, (int) Math.min(behind.length, (at / unit + 1) * unit - from), (byte) 0);
                    }
                }
            }
            file.setLength(from);
            file.seek(from);
            file.write(behind);
            file.setLength(length);
        }
    }

    // ------------------------------------------------------------------------------------------------

    private static void verify(final Path log) {
        final DataVerification.Report report = new DataVerification(log).run();
        PROMISES.check("after kill -9 `bourse verify` finds everything", report.isSound(), () -> report.findings().toString());
    }

    private void pause(final VenueChild venue) throws Exception {
        venue.signal("STOP");
        final long ms = (long) (SHORTEST_STOP_MS * Math.pow((double) LONGEST_STOP_MS / SHORTEST_STOP_MS, random.nextDouble()));
        Thread.sleep(ms);
        venue.signal("CONT");
        PROMISES.fault(ms < 3_000 ? "SIGSTOP 0.1..3 s" : "SIGSTOP 3..30 s");
        Thread.sleep(200);
    }

    private static void fund(final VenueChild venue) {
        final ManagedChannel channel = VenueChannels.plaintext(venue.endpoints().admin());
        try {
            FaultTrader.fund(venue.admin(channel), TRADERS);
        } finally {
            channel.shutdownNow();
        }
    }

    private static void snapshot(final VenueChild venue) {
        final ManagedChannel channel = VenueChannels.plaintext(venue.endpoints().admin());
        try {
            final long position = venue.admin(channel).takeSnapshot(bourse.admin.v1.TakeSnapshotRequest.getDefaultInstance()).getLogPosition();
            PROMISES.check("a snapshot on request comes", position > 0, () -> "position " + position);
        } finally {
            channel.shutdownNow();
        }
    }

    private static String hash(final VenueChild venue) {
        final ManagedChannel channel = VenueChannels.plaintext(venue.endpoints().admin());
        try {
            return Long.toHexString(venue.admin(channel).getStateHash(bourse.admin.v1.GetStateHashRequest.getDefaultInstance()).getBookHash());
        } finally {
            channel.shutdownNow();
        }
    }

    private static int seen(final List<FaultTrader> traders) {
        return traders.stream().mapToInt(FaultTrader::eventCount).sum();
    }

    /** What the dead venue still had on the wire is told to the clients before anybody asks what they were told. */
    private static void awaitQuiet(final List<FaultTrader> traders) throws InterruptedException {
        int before;
        do {
            before = seen(traders);
            Thread.sleep(500);
        } while (seen(traders) > before);
    }

    private static void awaitMore(final VenueChild venue, final List<FaultTrader> traders, final int before) throws InterruptedException {
        venue.await("a new acknowledgement", () -> seen(traders) > before);
    }

    private static List<Path> stored(final Path log) throws IOException {
        try (Stream<Path> files = Files.walk(log)) {
            return files.filter(Files::isRegularFile).map(log::relativize)
                .filter(file -> !file.startsWith("marks") && !file.endsWith("lock") && !file.toString().endsWith(".lnk")).sorted().toList();
        }
    }

    private static void copy(final Path from, final Path to) throws Exception {
        Files.createDirectories(to.getParent());
        assertThat(new ProcessBuilder("cp", "-a", "--sparse=always", from.toString(), to.toString()).inheritIO().start().waitFor()).isZero();
    }
}
