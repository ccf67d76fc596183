package bourse.services.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

import com.google.protobuf.InvalidProtocolBufferException;

import org.agrona.concurrent.UnsafeBuffer;

import bourse.engine.scenario.ScenarioFile;
import bourse.gateway.auth.KeyFile;
import bourse.gateway.auth.Right;
import bourse.gateway.auth.TokenMinter;
import bourse.gateway.auth.TokenRefusedException;
import bourse.gateway.auth.TokenVerifier;
import bourse.gateway.guard.Offenders;
import bourse.gateway.ingress.BatchDecoder;
import bourse.gateway.ingress.CommandBatchWriter;
import bourse.gateway.ingress.GeneratedCommands;
import bourse.marketdata.receiver.FeedListener;
import bourse.marketdata.receiver.FeedReceiver;
import bourse.marketdata.receiver.ReceiverConfig;
import bourse.marketdata.receiver.RecoveryRequests;
import bourse.marketdata.record.FeedPlayback;
import bourse.order.v1.ClientFrame;
import bourse.sbe.WireLimits;
import bourse.sbe.feed.PacketCheck;
import bourse.sbe.feed.PacketLayout;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;

/** What reads bytes of strangers. Each takes any input; a refusal is fine, an exception of another kind or a broken promise is a finding. */
enum FuzzTarget {
    /** The hand-written decoder reads nothing that generated code refuses, and never another value. */
    BATCH {
        private final BatchDecoder decoder = new BatchDecoder();
        private final CommandBatchWriter byHand = new CommandBatchWriter();
        private final CommandBatchWriter byGenerated = new CommandBatchWriter();

        @Override
        void run(final byte[] input) {
            if (input.length > WireLimits.MAX_CLIENT_MESSAGE_BYTES) {
                return;
            }
            final byte[] padded = Arrays.copyOf(input, input.length + BatchDecoder.SLACK_BYTES);
            Arrays.fill(padded, input.length, padded.length, (byte) 0xFF);
            byHand.begin(null);
            final boolean read = decoder.decode(padded, input.length, byHand);
            final ClientFrame frame;
            try {
                frame = ClientFrame.parseFrom(input);
            } catch (final InvalidProtocolBufferException refused) {
                assertThat(read).as("read by hand, refused by generated code").isFalse();
                return;
            }
            final String problem = GeneratedCommands.problem(frame.getBatch());
            if (problem == null) {
                byGenerated.begin(null);
                GeneratedCommands.append(frame.getBatch(), byGenerated);
            }
            if (read) {
                assertThat(problem).isNull();
                assertThat(decoder.firstClientSeq()).isEqualTo(frame.getBatch().getFirstClientSeq());
                assertThat(message(byHand)).isEqualTo(message(byGenerated));
            }
        }

        @Override
        List<byte[]> seeds() {
            return golden("../proto/grpc/src/test/resources/golden", "");
        }
    },

    /** Nothing gets in but what the key signed. */
    TOKEN {
        private final KeyFile keys = keys();
        private final TokenVerifier verifier = verifier(keys);
        private final String good = new TokenMinter(keys).mint("fuzz", 7, EnumSet.of(Right.TRADE), new int[] {1, 2}, Duration.ofDays(1));

        @Override
        void run(final byte[] input) {
            final String token = new String(input, StandardCharsets.ISO_8859_1);
            try {
                assertThat(verifier.verify(token).account()).isEqualTo(7);
                assertThat(token.split("\\.")[1]).as("what was signed").isEqualTo(good.split("\\.")[1]);
            } catch (final TokenRefusedException refused) {
                assertThat(token).isNotEqualTo(good);
            }
        }

        @Override
        List<byte[]> seeds() {
            return List.of(good.getBytes(StandardCharsets.ISO_8859_1), "a.b.c".getBytes(StandardCharsets.ISO_8859_1));
        }
    },

    /** The guard before HTTP/2 changes no byte and ends every flood, however the bytes come in pieces. */
    FRAMES {
        @Override
        void run(final byte[] input) {
            final LongAdder ended = new LongAdder();
            final EmbeddedChannel channel = new EmbeddedChannel();
            new Offenders(true, ended).watch(channel, InetAddress.getLoopbackAddress());
            final ByteBuf through = Unpooled.buffer();
            for (int at = 0; at < input.length && channel.isOpen();) {
                final int length = Math.min(input.length - at, 1 + (input[at] & 0x3F));
                channel.writeInbound(Unpooled.copiedBuffer(input, at, length));
                at += length;
            }
            while (channel.isOpen() && channel.runScheduledPendingTasks() >= 0) {
                channel.advanceTimeBy(1, TimeUnit.SECONDS);
            }
            for (ByteBuf part = channel.readInbound(); part != null; part = channel.readInbound()) {
                through.writeBytes(part);
                part.release();
            }
            final byte[] bytes = new byte[through.readableBytes()];
            through.readBytes(bytes);
            assertThat(bytes).isEqualTo(Arrays.copyOf(input, bytes.length));
            if (ended.sum() == 0) {
                assertThat(bytes).hasSize(input.length);
            }
            channel.finishAndReleaseAll();
        }

        @Override
        List<byte[]> seeds() {
            final byte[] preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
            final ByteBuffer frames = ByteBuffer.allocate(1_000).put(preface);
            for (int i = 0; i < 40; i++) {
                frames.put(new byte[] {0, 0, 0, (byte) (i % 10), 0, 0, 0, 0, 0});
            }
            return List.of(preface, Arrays.copyOf(frames.array(), frames.position()));
        }
    },

    /** A scenario file is read, or its line is named. */
    SCENARIO {
        @Override
        void run(final byte[] input) {
            try {
                assertThat(ScenarioFile.parse("fuzz", new String(input, StandardCharsets.UTF_8).lines().toList()).scenarios()).isNotNull();
            } catch (final IOException refused) {
                assertThat(refused).hasMessageContaining("line");
            }
        }

        @Override
        List<byte[]> seeds() {
            final List<byte[]> seeds = new ArrayList<>();
            for (final byte[] file : files("../engine/scenarios", ".txt")) {
                final String text = new String(file, StandardCharsets.UTF_8);
                final int from = text.indexOf("scenario ");
                final int end = text.indexOf("\nend", from);
                seeds.add(text.substring(from, end + 4).getBytes(StandardCharsets.UTF_8));
            }
            return seeds;
        }
    },

    /** A recording is played as far as it is whole. */
    PCAP {
        @Override
        void run(final byte[] input) throws IOException {
            final Path file = Files.createTempFile("fuzz", ".pcapng");
            try {
                Files.write(file, input);
                try (FeedPlayback playback = new FeedPlayback(file)) {
                    playback.run((line, packet, offset, length, nowNs) -> assertThat(packet.capacity() - offset).isGreaterThanOrEqualTo(length));
                } catch (final IOException refused) {
                    assertThat(refused.getMessage()).isNotEmpty();
                }
            } finally {
                Files.deleteIfExists(file);
            }
        }

        @Override
        List<byte[]> seeds() {
            return List.of(HexFormat.of().parseHex("0a0d0d0a1c0000004d3c2b1a01000000ffffffffffffffff1c000000"
                + "0100000014000000010000000000040014000000"
                + "06000000400000000000000000000000000000002000000020000000" + "45000020000040000111000000000000efc0490100001c8f000c0000" + "0102030400000000" + "40000000"),
                HexFormat.of().parseHex("0a0d0d0a1c0000001a2b3c4d00010000ffffffffffffffff0000001c"));
        }
    },

    /** Packets with a good sum and any content: the receiver stays, and its books with it. */
    FEED {
        private final PacketCheck check = new PacketCheck();

        @Override
        void run(final byte[] input) {
            final FeedReceiver receiver = new FeedReceiver(ReceiverConfig.defaults(), new FeedListener() { }, RecoveryRequests.NONE);
            final UnsafeBuffer packet = new UnsafeBuffer(new byte[WireLimits.MAX_FEED_PACKET_BYTES]);
            long nowNs = 1;
            for (int at = 0; at + Short.BYTES <= input.length; nowNs += 1_000_000) {
                final int length = Math.min((input[at] & 0xFF) << 8 | input[at + 1] & 0xFF, input.length - at - Short.BYTES);
                at += Short.BYTES;
                final int fits = Math.min(length, WireLimits.MAX_FEED_PACKET_BYTES - PacketLayout.TRAILER_LENGTH);
                packet.putBytes(0, input, at, fits);
                receiver.onPacket(FeedReceiver.LINE_A, packet, 0, check.seal(packet, 0, fits), nowNs);
                at += length;
                receiver.onTime(nowNs);
            }
        }

        @Override
        List<byte[]> seeds() {
            final List<byte[]> seeds = new ArrayList<>();
            final ByteBuffer all = ByteBuffer.allocate(64 * 1024);
            long feedSeq = 1;
            for (final byte[] message : golden("../proto/sbe/src/test/resources/golden", "feed-")) {
                final UnsafeBuffer packet = new UnsafeBuffer(new byte[PacketLayout.HEADER_LENGTH + PacketLayout.PREFIX_LENGTH + message.length]);
                PacketLayout.header(packet, 0, feedSeq++, 1, 1, 0, 0, 1);
                packet.putShort(PacketLayout.HEADER_LENGTH, (short) message.length, java.nio.ByteOrder.LITTLE_ENDIAN);
                packet.putBytes(PacketLayout.HEADER_LENGTH + PacketLayout.PREFIX_LENGTH, message);
                seeds.add(ByteBuffer.allocate(Short.BYTES + packet.capacity()).putShort((short) packet.capacity()).put(packet.byteArray()).array());
                all.put(seeds.getLast());
            }
            seeds.add(Arrays.copyOf(all.array(), all.position()));
            return seeds;
        }
    };

    abstract void run(byte[] input) throws Exception;

    /** Where mutation begins. */
    abstract List<byte[]> seeds();

    private static byte[] message(final CommandBatchWriter writer) {
        final byte[] message = new byte[writer.finish(1, 2, 3, 4, 5, 6)];
        writer.buffer().getBytes(0, message);
        return message;
    }

    private static KeyFile keys() {
        try {
            return KeyFile.openOrCreate(Files.createTempDirectory("fuzz"));
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static TokenVerifier verifier(final KeyFile keys) {
        try {
            return new TokenVerifier(keys);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<byte[]> files(final String folder, final String suffix) {
        final List<byte[]> contents = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(Path.of(folder), "*" + suffix)) {
            final List<Path> sorted = new ArrayList<>();
            files.forEach(sorted::add);
            sorted.sort(null);
            for (final Path file : sorted) {
                contents.add(Files.readAllBytes(file));
            }
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
        return contents;
    }

    /** The bytes of golden files. */
    static List<byte[]> golden(final String folder, final String prefix) {
        final List<byte[]> messages = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(Path.of(folder), prefix + "*.hex")) {
            final List<Path> sorted = new ArrayList<>();
            files.forEach(sorted::add);
            sorted.sort(null);
            for (final Path file : sorted) {
                messages.add(HexFormat.of().parseHex(Files.readString(file).replaceAll("#.*|\\s", "")));
            }
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
        return messages;
    }
}
