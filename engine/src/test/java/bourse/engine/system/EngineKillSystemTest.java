package bourse.engine.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.ObjIntConsumer;
import java.util.stream.Collectors;

import bourse.engine.book.BookMemory;
import bourse.engine.events.EventText;
import bourse.engine.log.EventReader;
import bourse.engine.log.LogClient;
import bourse.engine.log.SimulatedLog;
import bourse.engine.log.SimulationFaults;
import bourse.engine.match.LadderMatcher;
import bourse.engine.match.MatcherLimits;
import bourse.engine.shard.Commands;
import bourse.engine.shard.RandomFlow;
import bourse.sbe.Streams;

import io.aeron.FragmentAssembler;
import io.aeron.Subscription;
import io.aeron.logbuffer.FragmentHandler;

import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A real engine process under load, killed without warning, again and again: what was acknowledged stays, and nothing is said twice. */
class EngineKillSystemTest {
    private static final int LIVES = 4;
    private static final int COMMANDS = 8_000;
    private static final int BATCH = 20;
    private static final long TIMEOUT_NS = TimeUnit.SECONDS.toNanos(20);

    @TempDir
    Path directory;

    private Process engine;

    @AfterEach
    void endEngine() throws Exception {
        if (engine != null) {
            engine.destroyForcibly().waitFor();
        }
    }

    @ParameterizedTest
    @CsvSource({"ONE_THREAD,PROCESS", "ORDINARY,POWER"})
    void shouldKeepEveryAcknowledgedCommandOnceWhenKilled(final String layout, final String sync) throws Exception {
        final List<byte[]> batches = batches();
        final List<byte[]> acknowledged = new ArrayList<>();
        final List<Long> startMs = new ArrayList<>();
        for (int life = 1; life <= LIVES; life++) {
            startMs.add(startEngine(layout, sync));
            final int killAfter = batches.size() * life / LIVES;
            try (LogClient client = new LogClient(EngineProcess.config(directory).aeronDirectory().toString(), null, 102);
                 Subscription events = client.aeron().addSubscription("aeron:ipc", Streams.EVENTS_STREAM_ID)) {
                final FragmentHandler handler = new FragmentAssembler(
                        (buffer, offset, length, header) -> acknowledged.add(copy(buffer, offset, length)));
                await(() -> client.poll() && events.isConnected());
                open((buffer, length) -> offer(client, buffer, length), life);
                for (int i = 0; i < killAfter; i++) {
                    final UnsafeBuffer batch = new UnsafeBuffer(batches.get(i));
                    Commands.epoch(batch, life);
                    offer(client, batch, batch.capacity());
                    events.poll(handler, 10);
                }
                if (life < LIVES) {
                    final int half = acknowledged.size() + killAfter / 2;
                    await(() -> client.poll() && events.poll(handler, 10) >= 0 && acknowledged.size() > half);
                    engine.destroyForcibly().waitFor();
                } else {
                    await(() -> client.poll() && events.poll(handler, 10) == 0
                            && EventText.endsWith(acknowledged.getLast(), COMMANDS));
                }
                while (events.poll(handler, 100) > 0) {
                    Thread.onSpinWait();
                }
            }
        }
        final List<byte[]> recorded = new ArrayList<>();
        EventReader.readRecorded(EngineProcess.config(directory).aeronDirectory().toString(),
                (buffer, offset, length) -> recorded.add(copy(buffer, offset, length)));
        final Set<String> texts = recorded.stream().map(EngineKillSystemTest::text).collect(Collectors.toSet());
        assertThat(acknowledged.stream().map(EngineKillSystemTest::text).filter(text -> !texts.contains(text)).toList())
                .as("acknowledged fragments that are not recorded, of %d", acknowledged.size()).isEmpty();
        assertThat(outcomes(recorded)).as("numbered without gap or repeat, each command once").isEqualTo(outcomes(undisturbed(batches)));
        System.out.println(layout + " " + sync + ": acknowledged " + acknowledged.size() + " fragments, recorded " + recorded.size()
                + "; from process start to leader, ms: " + startMs);
    }

    @Test
    void shouldComeBackFromTheSnapshotOfACleanStop() throws Exception {
        startEngine("ONE_THREAD", "PROCESS");
        final String before = bookHash(client -> {
            open((buffer, length) -> offer(client, buffer, length), 1);
            batches().forEach(batch -> offer(client, new UnsafeBuffer(batch), batch.length));
        });
        engine.getOutputStream().close();
        assertThat(engine.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(engine.exitValue()).isZero();

        startEngine("ORDINARY", "PROCESS");
        assertThat(bookHash(client -> { })).isEqualTo(before);
    }

    /** Of the book after what {@code work} sends. */
    private String bookHash(final Consumer<LogClient> work) {
        final List<String> hashes = new ArrayList<>();
        try (LogClient client = new LogClient(EngineProcess.config(directory).aeronDirectory().toString(), null, 102);
             Subscription events = client.aeron().addSubscription("aeron:ipc", Streams.EVENTS_STREAM_ID)) {
            await(() -> client.poll() && events.isConnected());
            work.accept(client);
            final Commands commands = new Commands().stateHash(1);
            offer(client, commands.buffer(), commands.length());
            final FragmentHandler handler = new FragmentAssembler((buffer, offset, length, header) -> {
                final EventText text = new EventText(0);
                text.onFragment(buffer, offset, length);
                text.lines().stream().filter(line -> line.startsWith("hash ")).map(line -> line.replaceFirst("hash \\w+ ", ""))
                        .forEach(hashes::add);
            });
            await(() -> client.poll() && events.poll(handler, 10) >= 0 && !hashes.isEmpty());
        }
        return hashes.getFirst();
    }

    private static List<byte[]> batches() {
        final RandomFlow flow = new RandomFlow(7, 10, 100, 1);
        final List<byte[]> batches = new ArrayList<>();
        for (int i = 0; i < COMMANDS / BATCH; i++) {
            flow.next(BATCH, 1);
            batches.add(copy(flow.buffer(), 0, flow.length()));
        }
        return batches;
    }

    private static void open(final ObjIntConsumer<DirectBuffer> sender, final int epoch) {
        final Commands commands = new Commands();
        sender.accept(commands.instrument(1, "SYM").buffer(), commands.length());
        sender.accept(commands.establish(10, 100, epoch, 0).buffer(), commands.length());
    }

    /** The events of the same batches without any kill. */
    private static List<byte[]> undisturbed(final List<byte[]> batches) {
        final MatcherLimits limits = MatcherLimits.small();
        try (BookMemory memory = LadderMatcher.offHeapMemory(limits)) {
            final SimulatedLog log = new SimulatedLog(1, 1_800_000_000_000_000_000L, SimulationFaults.none());
            log.start(EngineProcess.shard(memory, limits));
            open((buffer, length) -> log.submit(buffer, 0, length), 1);
            for (final byte[] bytes : batches) {
                final UnsafeBuffer batch = new UnsafeBuffer(bytes);
                Commands.epoch(batch, 1);
                log.submit(batch, 0, bytes.length);
            }
            log.drain();
            return log.recordedEvents().fragments();
        }
    }

    private static List<String> outcomes(final List<byte[]> fragments) {
        return EventText.of(fragments).stream().filter(EventText::isOutcome).toList();
    }

    private long startEngine(final String layout, final String sync) throws IOException {
        final List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> argument.startsWith("--")).forEach(command::add);
        command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"),
                EngineProcess.class.getName(), directory.toString(), layout, sync));
        final long startNs = System.nanoTime();
        engine = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        final BufferedReader output = new BufferedReader(new InputStreamReader(engine.getInputStream(), StandardCharsets.UTF_8));
        assertThat(output.readLine()).isEqualTo("ready");
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNs);
    }

    private static void offer(final LogClient client, final DirectBuffer buffer, final int length) {
        await(() -> client.poll() && client.offer(buffer, 0, length) > 0);
    }

    private static void await(final java.util.function.BooleanSupplier reached) {
        final long deadlineNs = System.nanoTime() + TIMEOUT_NS;
        while (!reached.getAsBoolean()) {
            if (System.nanoTime() - deadlineNs > 0) {
                throw new AssertionError("not reached in time");
            }
            Thread.onSpinWait();
        }
    }

    private static byte[] copy(final DirectBuffer buffer, final int offset, final int length) {
        final byte[] bytes = new byte[length];
        buffer.getBytes(offset, bytes);
        return bytes;
    }

    private static String text(final byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
