package bourse.services.system;

import bourse.admin.v1.GetStateHashRequest;
import bourse.engine.log.RecordedLog;
import bourse.engine.log.SnapshotDirectory;
import bourse.engine.store.FrameScan;
import bourse.engine.store.Recording;
import bourse.engine.store.RecordingCatalog;
import bourse.order.v1.OpenOrder;
import bourse.order.v1.Side;
import bourse.services.cli.Bourse;
import bourse.services.client.VenueChannels;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.grpc.ManagedChannel;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.RandomAccessFile;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The operators' commands on a venue that was killed, with whole and with damaged files: each ends well, or says exactly what was lost and what to do. One
 * venue trades, takes two snapshots, is backed up, trades on and is killed; each test works on a copy of what it left.
 */
@Timeout(180)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OperationsSystemTest {
    private static final int ORDERS = 60;
    private static final String[] SETTINGS = {"gateway.port=0", "marketdata.multicast=false"};

    @TempDir
    private static Path dir;
    private Path original;
    private Path backup;
    private int copies;
    private String hash;
    private String backupHash;

    /** What a command did. */
    private record Result(int status, JsonNode json, String err) {
    }

    @BeforeAll
    void tradeAndKill() throws Exception {
        original = dir.resolve("original/data");
        backup = dir.resolve("backup");
        Files.createDirectories(original.getParent());
        try (VenueChild venue = VenueChild.start("run", original.getParent(), SETTINGS).awaitReady();
             Trader trader = new Trader(venue.endpoints(), venue.data(), 1)) {
            for (int snapshot = 0; snapshot < 2; snapshot++) {
                rest(trader);
                final Result taken = bourse(original, "snapshot");
                assertThat(taken.status()).as(taken.err()).isZero();
                assertThat(taken.json().get("logPosition").longValue()).isPositive();
            }
            final Result saved = bourse(original, "backup", "--to", backup.toString());
            assertThat(saved.status()).as(saved.err()).isZero();
            assertThat(saved.json().get("files").intValue()).isGreaterThan(5);
            backupHash = hash(venue);
            rest(trader);
            hash = hash(venue);
            venue.kill();
        }
        assertThat(hash).isNotEqualTo(backupHash);
    }

    private static void rest(final Trader trader) {
        for (int i = 0; i < ORDERS; i++) {
            assertThat(trader.submit(trader.order(i % 2 == 0 ? Side.SIDE_BUY : Side.SIDE_SELL, i % 2 == 0 ? 9_900 - i : 10_100 + i, 1 + i))).isNotEmpty();
        }
    }

    @Test
    void shouldFindEverythingAfterKill() throws Exception {
        final Result verified = bourse(original, "verify");

        assertThat(verified.status()).as(verified.err()).isZero();
        assertThat(verified.json().get("sound").booleanValue()).isTrue();
        assertThat(verified.json().at("/report/wholeSnapshots").intValue()).as("two verified snapshots are kept; the kill may come before an older third is deleted")
            .isEqualTo(states(original).size()).isBetween(2, 3);
    }

    @Test
    void shouldStartFromTheOlderSnapshotWhenTheNewestIsCut() throws Exception {
        final Path data = copy();
        final List<Path> states = states(data);
        cut(states.getLast());

        final Result verified = bourse(data, "verify");
        assertThat(verified.status()).as("nothing is lost: the older one and more log. " + verified.err()).isZero();
        assertThat(verified.json().at("/report/wholeSnapshots").intValue()).isEqualTo(states.size() - 1);
        assertThat(verified.json().at("/report/findings").toString()).contains(states.getLast().getFileName().toString());
        try (VenueChild venue = VenueChild.start("run", data.getParent(), SETTINGS).awaitReady()) {
            assertThat(hash(venue)).isEqualTo(hash);
            assertThat(venue.output()).contains("cannot be used, an older one is");
            venue.kill();
        }
    }

    @Test
    void shouldSayWhatIsLostWhenNoSnapshotIsWholeAndTheLogWasPruned() throws Exception {
        final Path data = copy();
        for (final Path state : states(data)) {
            cut(state);
        }
        final Result verified = bourse(data, "verify");

        final boolean reachesBack = verified.json().at("/report/logBegin").longValue() == 0;
        assertThat(verified.status()).as(verified.err()).isEqualTo(reachesBack ? 0 : 1);
        try (VenueChild venue = VenueChild.start("run", data.getParent(), SETTINGS)) {
            final boolean isReady = venue.isReadyWithin(40_000);
            assertThat(isReady).as("a small log is not pruned, so it alone gives the book: %s", venue.output()).isEqualTo(reachesBack);
            if (isReady) {
                assertThat(hash(venue)).isEqualTo(hash);
                venue.kill();
            }
        }
    }

    @Test
    void shouldRestoreABackupIntoANewPlaceOnly() throws Exception {
        final Path data = dir.resolve("restored/data");
        Files.createDirectories(data.getParent());
        final Result again = bourse(data, "restore", backup.toString());
        assertThat(again.status()).as(again.err()).isZero();
        assertThat(bourse(data, "verify").status()).isZero();
        try (VenueChild venue = VenueChild.start("run", data.getParent(), SETTINGS).awaitReady()) {
            assertThat(hash(venue)).as("every order that was acknowledged before the backup").isEqualTo(backupHash);
            venue.kill();
        }

        final Result over = bourse(data, "restore", backup.toString());
        assertThat(over.status()).isEqualTo(1);
        assertThat(over.err()).contains(data.toString());
    }

    @Test
    void shouldNotRestoreADamagedBackup() throws Exception {
        final Path damaged = dir.resolve("damaged-backup");
        copy(backup, damaged);
        final Path state = states(damaged.resolve("data")).getLast();
        flip(state);

        final Result verified = bourse(original, "verify", "--backup", damaged.toString());
        final Result restored = bourse(dir.resolve("never"), "restore", damaged.toString());

        assertThat(verified.status()).isEqualTo(1);
        assertThat(verified.err()).contains(state.getFileName().toString());
        assertThat(restored.status()).isEqualTo(1);
        assertThat(restored.err()).contains(state.getFileName().toString());
        assertThat(dir.resolve("never/log")).doesNotExist();
    }

    @Test
    void shouldBackUpAVenueThatWasKilled() throws Exception {
        final Path target = dir.resolve("cold-backup");

        assertThat(bourse(original, "backup", "--to", target.toString()).status()).isZero();

        assertThat(bourse(original, "verify", "--backup", target.toString()).status()).isZero();
        final Result second = bourse(original, "backup", "--to", target.toString());
        assertThat(second.status()).as("an earlier backup is never overwritten").isEqualTo(1);
        assertThat(second.err()).contains(target.toString());
    }

    @Test
    void shouldExportEveryEventAsCsv() throws Exception {
        final Path csv = dir.resolve("events.csv");

        final Result exported = bourse(original, "export", "--to", csv.toString());

        assertThat(exported.status()).as(exported.err()).isZero();
        final List<String> lines = Files.readAllLines(csv);
        assertThat(exported.json().get("events").intValue()).isGreaterThanOrEqualTo(3 * ORDERS);
        assertThat(lines.stream().filter(line -> line.contains("OrderAccepted")).count()).isEqualTo(3L * ORDERS);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 40, 200, 20_000})
    void shouldExportWhatIsReadableAndSayWhereItEnds(final int at) throws Exception {
        final Path data = copy();
        final Path events = segment(data, RecordingCatalog.events(original.resolve("log/archive")).getLast());
        flip(events, at);
        final Path csv = dir.resolve("part.csv");

        final Result exported = bourse(data, "export", "--to", csv.toString());
        final Result verified = bourse(data, "verify");

        assertThat(exported.status()).as("whole events lie behind the damage. " + exported.err()).isEqualTo(1);
        assertThat(exported.err()).contains(events.getFileName().toString()).contains("bourse verify").doesNotContain("Exception");
        assertThat(Files.readAllLines(csv)).as("the names of the columns, and what came before").isNotEmpty();
        assertThat(verified.status()).as(verified.err()).isEqualTo(1);
        assertThat(verified.json().get("sound").booleanValue()).isFalse();
        assertThat(verified.json().at("/report/findings").toString()).contains("LOSS").contains(events.getFileName().toString());
    }

    @Test
    void shouldNotTakeEventsThatAreGoneForTheEnd() throws Exception {
        final Path data = copy();
        final Path events = segment(data, RecordingCatalog.events(original.resolve("log/archive")).getLast());
        empty(events, 0);

        final Result exported = bourse(data, "export", "--to", dir.resolve("nothing.csv").toString());
        final Result verified = bourse(data, "verify");

        assertThat(exported.status()).as("a snapshot says how many there were. " + exported.err()).isEqualTo(1);
        assertThat(exported.err()).contains(events.getFileName().toString());
        assertThat(verified.status()).as(verified.err()).isEqualTo(1);
    }

    @Test
    void shouldNotStartWithALogThatIsDamagedBeforeWholeEntries() throws Exception {
        final Path data = copy();
        final RecordedLog log = new RecordedLog(original.resolve("log"));
        final Path commands = segment(data, log.recording());
        final int from = (int) log.snapshots().getFirst().position();
        empty(commands, from, 64);

        final Result verified = bourse(data, "verify");

        assertThat(verified.status()).as(verified.err()).isEqualTo(1);
        assertThat(verified.json().at("/report/findings").toString()).contains("LOSS").contains(commands.getFileName().toString());
        assertRefused(data, "this is no torn tail");
    }

    @Test
    void shouldNotStartWithALogThatEndsBeforeItsEvents() throws Exception {
        final Path data = copy();
        final RecordedLog log = new RecordedLog(original.resolve("log"));
        empty(segment(data, log.recording()), (int) log.snapshots().getFirst().position());

        final Result verified = bourse(data, "verify");

        assertThat(verified.status()).as(verified.err()).isEqualTo(1);
        assertThat(verified.json().at("/report/findings").toString()).contains("the events tell of entries up to");
        assertRefused(data, "its events tell of entries up to");
    }

    @Test
    void shouldCutAFrameThatWasHalfWritten() throws Exception {
        final Path data = copy();
        final RecordedLog log = new RecordedLog(original.resolve("log"));
        for (final Recording recording : List.of(log.recording(), RecordingCatalog.events(log.archive()).getLast())) {
            try (RandomAccessFile bytes = new RandomAccessFile(segment(data, recording).toFile(), "rw")) {
                bytes.seek(FrameScan.end(log.archive(), recording));
                bytes.write(new byte[] {64, 0, 0, 0, 0, 0, 1, 0, 5, 5, 5, 5});
            }
        }

        final Result verified = bourse(data, "verify");

        assertThat(verified.status()).as(verified.err()).isZero();
        assertThat(verified.json().at("/report/findings").toString()).contains("NOTE").contains("was not completely written");
        try (VenueChild venue = VenueChild.start("run", data.getParent(), SETTINGS).awaitReady()) {
            assertThat(hash(venue)).isEqualTo(hash);
            venue.kill();
        }
        assertThat(bourse(data, "verify").json().at("/report/findings").toString()).as("it is cut off").doesNotContain("was not completely written");
    }

    @Test
    void shouldStartWithDamagedEventsAndWriteThemAgain() throws Exception {
        final Path data = copy();
        final RecordedLog log = new RecordedLog(original.resolve("log"));
        final Recording recording = RecordingCatalog.events(log.archive()).getLast();
        empty(segment(data, recording), (int) log.eventsUpTo(recording.recordingId()), 64);

        assertThat(bourse(data, "verify").status()).isEqualTo(1);
        try (VenueChild venue = VenueChild.start("run", data.getParent(), SETTINGS).awaitReady()) {
            assertThat(hash(venue)).isEqualTo(hash);
            assertThat(venue.output()).contains("the events are damaged at position");
            venue.kill();
        }
        final Path csv = dir.resolve("again.csv");
        assertThat(bourse(data, "export", "--to", csv.toString()).status()).isZero();
        assertThat(Files.readAllLines(csv).stream().filter(line -> line.contains("OrderAccepted")).count()).isEqualTo(3L * ORDERS);
        assertThat(bourse(data, "verify").status()).isZero();
    }

    /** Damage behind the last snapshot must not end all later ones, and with them pruning. */
    @Test
    void shouldTakeSnapshotsOverDamagedEvents() throws Exception {
        final Path data = copy();
        final List<OpenOrder> orders;
        try (VenueChild venue = VenueChild.start("run", data.getParent(), SETTINGS).awaitReady();
             Trader trader = new Trader(venue.endpoints(), venue.data(), 1)) {
            final RecordedLog log = new RecordedLog(data.resolve("log"));
            final Recording events = RecordingCatalog.events(log.archive()).getLast();
            final int behind = (int) log.eventsUpTo(events.recordingId());
            flip(segment(data, events), behind + 200);
            flip(segment(data, events), behind + 2_000);
            final Result taken = bourse(data, "snapshot");
            assertThat(taken.status()).as(taken.err()).isZero();
            venue.await("the readers' parts", () -> new SnapshotDirectory(data.resolve("log/snapshots")).positions("gateway").contains(
                taken.json().get("logPosition").longValue()));
            assertThat(venue.output()).contains("the events are damaged").contains(segment(data, events).getFileName().toString()).doesNotContain("no snapshot at");
            assertThat(bourse(data, "verify").json().at("/report/findings").toString()).contains("LOSS").contains("events from position");
            orders = trader.openOrders();
            assertThat(orders).hasSize(3 * ORDERS);
            venue.kill();
        }
        try (VenueChild venue = VenueChild.start("run", data.getParent(), SETTINGS).awaitReady();
             Trader trader = new Trader(venue.endpoints(), venue.data(), 1)) {
            assertThat(hash(venue)).isEqualTo(hash);
            assertThat(trader.openOrders()).as("the gateway begins with what was folded from the log").isEqualTo(orders);
            assertThat(trader.book().getBidsCount()).isEqualTo(10);
            venue.kill();
        }
    }

    @Test
    void shouldTakeTheStateFromTheEngineWhenTheLogIsDamaged() throws Exception {
        final Path data = copy();
        try (VenueChild venue = VenueChild.start("run", data.getParent(), SETTINGS).awaitReady()) {
            final RecordedLog log = new RecordedLog(data.resolve("log"));
            flip(segment(data, log.recording()), log.snapshots().getFirst().position() + 48);
            assertThat(bourse(data, "verify").json().at("/report/findings").toString()).contains("LOSS").contains("commands from position");
            assertThat(bourse(data, "snapshot").status()).isNotZero();
            assertThat(venue.output()).contains("the log is damaged").contains("take one now");
            for (int i = 0; i < 2; i++) {
                final Result taken = bourse(data, "snapshot");
                assertThat(taken.status()).as(taken.err()).isZero();
            }
            assertThat(venue.output()).containsOnlyOnce("the engine writes the snapshot at log position");
            venue.kill();
        }
        final Result verified = bourse(data, "verify");
        assertThat(verified.status()).as("a newer snapshot holds what they did. " + verified.err()).isZero();
        assertThat(verified.json().at("/report/findings").toString()).contains("a newer snapshot holds what they did");
        try (VenueChild venue = VenueChild.start("run", data.getParent(), SETTINGS).awaitReady()) {
            assertThat(hash(venue)).isEqualTo(hash);
            venue.kill();
        }
    }

    @Test
    void shouldStartFromAnOlderSnapshotWhenEventsInFrontOfTheNewestAreDamaged() throws Exception {
        final Path data = copy();
        final RecordedLog log = new RecordedLog(original.resolve("log"));
        final Recording recording = RecordingCatalog.events(log.archive()).getLast();
        flip(segment(data, recording), log.eventsUpTo(recording.recordingId()) - 40);

        assertThat(bourse(data, "verify").status()).isEqualTo(1);
        try (VenueChild venue = VenueChild.start("run", data.getParent(), SETTINGS).awaitReady()) {
            assertThat(hash(venue)).isEqualTo(hash);
            assertThat(venue.output()).contains("the recorded events end at position").contains("written again from the log");
            venue.kill();
        }
        final Path csv = dir.resolve("again.csv");
        assertThat(bourse(data, "export", "--to", csv.toString()).status()).isZero();
        assertThat(Files.readAllLines(csv).stream().filter(line -> line.contains("OrderAccepted")).count()).isEqualTo(3L * ORDERS);
        assertThat(bourse(data, "verify").status()).isZero();
    }

    private static void assertRefused(final Path data, final String why) throws Exception {
        try (VenueChild venue = VenueChild.start("run", data.getParent(), SETTINGS)) {
            assertThat(venue.awaitExit()).isNotZero();
            assertThat(venue.output()).contains(why).contains("bourse restore");
        }
    }

    @Test
    void shouldSayThatNoVenueRuns() {
        final Result taken = bourse(original, "snapshot");

        assertThat(taken.status()).isEqualTo(1);
        assertThat(taken.err()).contains("bourse run").doesNotContain("Exception");
    }

    @Test
    void shouldReadThePreviousLayoutAndRefuseALaterOne() throws Exception {
        final Path data = copy();
        final Path layout = data.resolve("log/layout");
        Files.writeString(layout, "3\n");
        final Result verified = bourse(data, "verify");
        assertThat(verified.status()).isEqualTo(1);
        assertThat(verified.json().toString()).contains("later release");
        try (VenueChild venue = VenueChild.start("run", data.getParent(), SETTINGS)) {
            assertThat(venue.awaitExit()).isNotZero();
            assertThat(venue.output()).contains("layout version 3").contains("later release");
        }
        assertThat(Files.readString(layout)).as("nothing is changed").isEqualTo("3\n");

        Files.delete(layout);
        try (VenueChild venue = VenueChild.start("run", data.getParent(), SETTINGS).awaitReady()) {
            assertThat(hash(venue)).as("a directory without a layout file is release 0.1.0's").isEqualTo(hash);
            venue.kill();
        }
        assertThat(Files.readString(layout).strip()).isEqualTo("2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"verify", "backup", "restore", "snapshot", "export"})
    void shouldTeachByHelp(final String command) {
        final StringWriter out = new StringWriter();
        final CommandLine line = Bourse.commandLine();
        line.setOut(new PrintWriter(out));

        assertThat(line.execute(command, "--help")).isZero();
        assertThat(out.toString()).contains("bourse " + command).contains("--json").contains("--help");
    }

    // ------------------------------------------------------------------------------------------------

    private static Result bourse(final Path data, final String... arguments) {
        final Path json = dir.resolve("result.json");
        final StringWriter err = new StringWriter();
        final List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--data", data.toString(), "--json=" + json));
        final CommandLine line = Bourse.commandLine();
        line.setErr(new PrintWriter(err));
        try {
            Files.deleteIfExists(json);
            final int status = line.execute(all.toArray(String[]::new));
            return new Result(status, Files.exists(json) ? new ObjectMapper().readTree(json.toFile()) : null, err.toString());
        } catch (final IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static String hash(final VenueChild venue) {
        final ManagedChannel channel = VenueChannels.plaintext(venue.endpoints().admin());
        try {
            return Long.toHexString(venue.admin(channel).getStateHash(GetStateHashRequest.getDefaultInstance()).getBookHash());
        } finally {
            channel.shutdownNow();
        }
    }

    private Path copy() throws Exception {
        final Path data = dir.resolve("copy-" + copies++ + "/data");
        Files.createDirectories(data.getParent());
        copy(original, data);
        return data;
    }

    private static void copy(final Path from, final Path to) throws Exception {
        assertThat(new ProcessBuilder("cp", "-a", "--sparse=always", from.toString(), to.toString()).inheritIO().start().waitFor()).isZero();
    }

    private static List<Path> states(final Path data) {
        return new SnapshotDirectory(data.resolve("log/snapshots")).files().stream().filter(file -> file.toString().endsWith(".state")).toList();
    }

    private static void cut(final Path file) throws IOException {
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            bytes.setLength(bytes.length() / 2);
        }
    }

    private static void flip(final Path file) throws IOException {
        flip(file, Math.min(Files.size(file) / 2, 200));
    }

    private static void flip(final Path file, final long at) throws IOException {
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            bytes.seek(at);
            final int value = bytes.read();
            bytes.seek(at);
            bytes.write(value ^ 1);
        }
    }

    /** Zeros from {@code at} to the end of what is written. */
    private static void empty(final Path file, final int at) throws IOException {
        empty(file, at, (int) Math.min(Files.size(file) - at, 4 << 20));
    }

    private static void empty(final Path file, final int at, final int length) throws IOException {
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            bytes.seek(at);
            bytes.write(new byte[length]);
        }
    }

    private static Path segment(final Path data, final Recording recording) {
        assertThat(recording.startPosition()).as("a small recording, one segment").isZero();
        return recording.segmentFile(data.resolve("log/archive"), 0);
    }
}
