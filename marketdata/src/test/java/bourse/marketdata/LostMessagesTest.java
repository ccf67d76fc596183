package bourse.marketdata;

import static org.assertj.core.api.Assertions.assertThat;

import bourse.marketdata.publisher.PacketPublisher;
import bourse.marketdata.receiver.BookChecksum;
import bourse.marketdata.receiver.FeedListener;
import bourse.marketdata.receiver.FeedReceiver;
import bourse.marketdata.receiver.OrderBook;
import bourse.marketdata.receiver.ReceiverConfig;
import bourse.sbe.feed.AddOrderEncoder;
import bourse.sbe.feed.FeedMessageLayout;
import bourse.sbe.feed.InstrumentDefinitionEncoder;
import bourse.sbe.feed.MessageHeaderEncoder;
import bourse.sbe.feed.FeedSide;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** Messages that were lost for good: a book is right again only when something that the venue said behind them proves it. */
class LostMessagesTest {
    private static final int EPOCH = 7;
    private static final int INSTRUMENT = 1;
    private static final int MESSAGES = 5;

    private final List<byte[]> sent = new ArrayList<>();
    private final PacketPublisher publisher = new PacketPublisher((line, packet) -> {
        if (line == FeedReceiver.LINE_A) {
            final byte[] bytes = new byte[packet.remaining()];
            packet.get(bytes);
            sent.add(bytes);
        }
    }, () -> 5, 0);
    private final FeedReceiver receiver = new FeedReceiver(new ReceiverConfig(0, 1_024, 8, 1, 1_000_000, 1, false), new FeedListener() { }, (buffer, offset, length) -> { });

    @Test
    void shouldNotTrustAChecksumFromBeforeTheLoss() {
        define();
        add(2, 1);
        add(3, 2);
        deliver();
        final OrderBook book = receiver.books().get(INSTRUMENT);
        final long checksum = BookChecksum.of(book);
        add(4, 3);
        add(5, 4);
        sent.clear();
        heartbeat(0, 0, 0);
        receiver.onTime(1_000_000_000);
        assertThat(receiver.nextSeq()).isEqualTo(MESSAGES + 1);
        assertThat(book.isSuspect()).as("two messages are lost").isTrue();

        // A publisher that has started again and is not yet further than this receiver's book.
        heartbeat(3, 2, checksum);
        assertThat(book.isSuspect()).as("the checksum is of message 3, what was lost came behind it").isTrue();

        heartbeat(MESSAGES, 2, checksum);
        assertThat(book.isSuspect()).as("behind the loss the venue's book is still this one").isFalse();
    }

    private void define() {
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[FeedMessageLayout.MAX_MESSAGE_LENGTH]);
        new InstrumentDefinitionEncoder().wrapAndApplyHeader(buffer, 0, new MessageHeaderEncoder()).instrumentId(INSTRUMENT);
        send(1, buffer, InstrumentDefinitionEncoder.BLOCK_LENGTH);
    }

    private void add(final long seq, final int rptSeq) {
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[FeedMessageLayout.MAX_MESSAGE_LENGTH]);
        new AddOrderEncoder().wrapAndApplyHeader(buffer, 0, new MessageHeaderEncoder()).instrumentId(INSTRUMENT).rptSeq(rptSeq).orderId(seq).price(100)
            .quantity(1).side(FeedSide.BUY);
        send(seq, buffer, AddOrderEncoder.BLOCK_LENGTH);
    }

    private void send(final long seq, final UnsafeBuffer message, final int blockLength) {
        publisher.message(EPOCH, seq, message, 0, FeedMessageLayout.HEADER_LENGTH + blockLength);
        publisher.flush();
    }

    private void heartbeat(final long feedSeq, final int rptSeq, final long checksum) {
        if (feedSeq > 0) {
            publisher.checksum(feedSeq, checksum, INSTRUMENT, rptSeq);
        }
        publisher.heartbeat(EPOCH, Math.max(feedSeq, MESSAGES) + 1, false);
        deliver();
    }

    private void deliver() {
        for (final byte[] packet : sent) {
            receiver.onPacket(FeedReceiver.LINE_A, new UnsafeBuffer(ByteBuffer.wrap(packet)), 0, packet.length, 1);
        }
        sent.clear();
    }
}
