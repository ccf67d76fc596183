package bourse.marketdata.publisher;

import static org.assertj.core.api.Assertions.assertThat;

import bourse.sbe.WireLimits;
import bourse.sbe.feed.AddOrderEncoder;
import bourse.sbe.feed.DeleteOrderEncoder;
import bourse.sbe.feed.FeedMessageLayout;
import bourse.sbe.feed.MessageHeaderEncoder;
import bourse.sbe.feed.PacketCheck;
import bourse.sbe.feed.PacketLayout;
import bourse.sbe.feed.TradeReportEncoder;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class PacketPublisherTest {
    private final List<List<byte[]>> bursts = new ArrayList<>();
    private final PacketPublisher publisher = new PacketPublisher(new PacketSink() {
        @Override
        public void send(final int line, final ByteBuffer packet) {
            throw new AssertionError("increments are sent as bursts, line=" + line);
        }

        @Override
        public void sendIncrements(final ByteBuffer packets, final int packetLength) {
            final List<byte[]> burst = new ArrayList<>();
            while (packets.hasRemaining()) {
                final byte[] packet = new byte[Math.min(packetLength, packets.remaining())];
                packets.get(packet);
                burst.add(packet);
            }
            bursts.add(burst);
        }
    }, () -> 5, 3);

    @Test
    void shouldSendPacketsOfOneLengthAndOnlyTheLastShorter() {
        final List<byte[]> messages = messages(5_000);
        publish(messages, 9, 1);
        publisher.flush();
        assertThat(bursts).hasSizeGreaterThan(2);
        for (final List<byte[]> burst : bursts) {
            assertThat(burst.size()).isLessThanOrEqualTo(PacketBurst.MAX_PACKETS);
            assertThat(burst.subList(0, burst.size() - 1)).allMatch(packet -> packet.length == WireLimits.MAX_FEED_PACKET_BYTES);
        }
        assertThat(bursts.getFirst()).hasSize(PacketBurst.MAX_PACKETS);
        assertThat(read(9, 1)).isEqualTo(5_000);
        assertThat(publisher.messages()).isEqualTo(5_000);
        assertThat(publisher.packets()).isEqualTo(bursts.stream().mapToInt(List::size).sum());
        assertThat(publisher.bytes()).isEqualTo(bursts.stream().flatMap(List::stream).mapToLong(packet -> packet.length).sum());
    }

    @Test
    void shouldFillAFullPacketWithZerosBehindItsLastMessage() {
        final List<byte[]> messages = messages(100);
        publish(messages, 9, 1);
        publisher.flush();
        long seq = 1;
        boolean filled = false;
        for (final byte[] packet : bursts.getFirst()) {
            final UnsafeBuffer buffer = new UnsafeBuffer(packet);
            int at = PacketLayout.HEADER_LENGTH;
            for (int i = 0, count = PacketLayout.count(buffer, 0); i < count; i++) {
                final byte[] original = messages.get((int) seq++ - 1);
                final int length = PacketLayout.messageLength(buffer, at);
                at += PacketLayout.PREFIX_LENGTH;
                assertThat(packet).as("message %d", seq - 1).containsSequence(original);
                assertThat(java.util.Arrays.copyOfRange(packet, at, at + original.length)).isEqualTo(original);
                for (int filling = original.length; filling < length; filling++) {
                    assertThat(i).as("only the last message is made longer").isEqualTo(count - 1);
                    assertThat(packet[at + filling]).isZero();
                    filled = true;
                }
                at += length;
            }
        }
        assertThat(seq).isEqualTo(101);
        assertThat(filled).isTrue();
    }

    @Test
    void shouldNotMixEpochsInAPacket() {
        publish(messages(30), 1, 1);
        publish(messages(30), 2, 1);
        publisher.flush();
        assertThat(bursts).hasSize(2);
        assertThat(bursts.getFirst()).allMatch(packet -> PacketLayout.epoch(new UnsafeBuffer(packet), 0) == 1);
        assertThat(bursts.getLast()).allMatch(packet -> PacketLayout.epoch(new UnsafeBuffer(packet), 0) == 2);
        assertThat(publisher.flush()).isZero();
    }

    /** Reads every burst; returns the last sequence. */
    private long read(final int epoch, final long firstSeq) {
        long next = firstSeq;
        for (final byte[] packet : bursts.stream().flatMap(List::stream).toList()) {
            final UnsafeBuffer buffer = new UnsafeBuffer(packet);
            assertThat(new PacketCheck().isWellFormed(buffer, 0, packet.length)).isTrue();
            assertThat(PacketLayout.epoch(buffer, 0)).isEqualTo(epoch);
            assertThat(PacketLayout.channel(buffer, 0)).isEqualTo(3);
            assertThat(PacketLayout.firstSeq(buffer, 0)).isEqualTo(next);
            next += PacketLayout.count(buffer, 0);
        }
        return next - 1;
    }

    private void publish(final List<byte[]> messages, final int epoch, final long firstSeq) {
        long seq = firstSeq;
        for (final byte[] message : messages) {
            publisher.message(epoch, seq++, new UnsafeBuffer(message), 0, message.length);
        }
    }

    /** Messages of three lengths, filled with random bytes behind their headers. */
    private static List<byte[]> messages(final int count) {
        final RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(count);
        final int[][] templates = {{AddOrderEncoder.TEMPLATE_ID, AddOrderEncoder.BLOCK_LENGTH},
            {DeleteOrderEncoder.TEMPLATE_ID, DeleteOrderEncoder.BLOCK_LENGTH}, {TradeReportEncoder.TEMPLATE_ID, TradeReportEncoder.BLOCK_LENGTH}};
        final List<byte[]> messages = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            final int[] template = templates[random.nextInt(templates.length)];
            final byte[] message = new byte[FeedMessageLayout.HEADER_LENGTH + template[1]];
            random.nextBytes(message);
            new MessageHeaderEncoder().wrap(new UnsafeBuffer(message), 0).blockLength(template[1]).templateId(template[0])
                .schemaId(AddOrderEncoder.SCHEMA_ID).version(0);
            messages.add(message);
        }
        return messages;
    }
}
