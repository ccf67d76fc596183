package bourse.marketdata.recovery;

import bourse.marketdata.publisher.PacketBuffer;
import bourse.marketdata.receiver.BookChecksum;
import bourse.marketdata.receiver.BookLevels;
import bourse.marketdata.receiver.InstrumentFacts;
import bourse.marketdata.receiver.OrderBook;
import bourse.sbe.feed.FeedMessageLayout;
import bourse.sbe.feed.FeedSide;
import bourse.sbe.feed.FeedState;
import bourse.sbe.feed.InstrumentDefinitionEncoder;
import bourse.sbe.feed.MessageHeaderEncoder;
import bourse.sbe.feed.PacketLayout;
import bourse.sbe.feed.SnapshotBeginEncoder;
import bourse.sbe.feed.SnapshotEndEncoder;
import bourse.sbe.feed.SnapshotOrderEncoder;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.agrona.concurrent.NanoClock;

/**
 * The packets of one instrument's snapshot, made in one go so that they agree with each other, kept until the next one. Each begins with
 * SnapshotBegin; the first goes on with the definition; the last ends with SnapshotEnd. Thread: one.
 */
final class StagedSnapshot {
    private static final int ORDER_LENGTH = MessageHeaderEncoder.ENCODED_LENGTH + SnapshotOrderEncoder.BLOCK_LENGTH;
    private static final int END_LENGTH = MessageHeaderEncoder.ENCODED_LENGTH + SnapshotEndEncoder.BLOCK_LENGTH;

    private final PacketBuffer packet = new PacketBuffer();
    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private final SnapshotBeginEncoder begin = new SnapshotBeginEncoder();
    private final InstrumentDefinitionEncoder definition = new InstrumentDefinitionEncoder();
    private final SnapshotOrderEncoder order = new SnapshotOrderEncoder();
    private final SnapshotEndEncoder end = new SnapshotEndEncoder();
    private ByteBuffer bytes = ByteBuffer.allocateDirect(4_096);
    private int[] offsets = new int[8];
    private int[] firstIndexes = new int[8];
    private int packets;
    private int packetFirstIndex;
    private long lastFeedSeq;
    private long stagedAtNs;
    private long costNs;
    private final NanoClock costClock;

    StagedSnapshot(final NanoClock costClock) {
        this.costClock = costClock;
    }

    int packets() {
        return packets;
    }

    long lastFeedSeq() {
        return lastFeedSeq;
    }

    long stagedAtNs() {
        return stagedAtNs;
    }

    /** What making it took. */
    long costNs() {
        return costNs;
    }

    /** The bytes of a packet; valid until the next call. */
    ByteBuffer packet(final int index) {
        return bytes.limit(index + 1 == packets ? offsets[packets] : offsets[index + 1]).position(offsets[index]);
    }

    /** The packet that holds the order at {@code index}. */
    int packetOf(final int index) {
        final int found = Arrays.binarySearch(firstIndexes, 0, packets, index);
        int at = found >= 0 ? found : Math.max(0, -found - 2);
        while (at > 0 && firstIndexes[at - 1] == index) {
            at--;
        }
        return at;
    }

    /** Order index of the first order that packet {@code at} does not reach any more. */
    int endIndexOf(final int at) {
        return at + 1 < packets ? firstIndexes[at + 1] : Integer.MAX_VALUE;
    }

    void stage(final OrderBook book, final long atFeedSeq, final long sendTimeNs, final int epoch, final int channel, final long nowNs) {
        final long beganNs = costClock.nanoTime();
        packets = 0;
        offsets[0] = 0;
        lastFeedSeq = atFeedSeq;
        stagedAtNs = nowNs;
        packetFirstIndex = 0;
        bytes.clear();
        packet.clear();
        begin(book);
        definition(book);
        final int index = side(book, book.sells(), FeedSide.SELL, side(book, book.buys(), FeedSide.BUY, 0, sendTimeNs, epoch, channel),
            sendTimeNs, epoch, channel);
        room(END_LENGTH, book, index, sendTimeNs, epoch, channel);
        end.wrapAndApplyHeader(packet.buffer(), packet.claim(END_LENGTH), header).lastFeedSeq(atFeedSeq).checksum(BookChecksum.of(book))
            .instrumentId(book.instrumentId() & 0xFFFF_FFFFL).orders(index);
        seal(sendTimeNs, epoch, channel);
        costNs = costClock.nanoTime() - beganNs;
    }

    private int side(final OrderBook book, final BookLevels levels, final FeedSide side, final int fromIndex, final long sendTimeNs,
                     final int epoch, final int channel) {
        int index = fromIndex;
        final long instrumentId = book.instrumentId() & 0xFFFF_FFFFL;
        for (int level = 0, count = levels.count(); level < count; level++) {
            final long price = levels.price(level);
            for (int at = levels.firstOrder(level); at != OrderBook.NO_ORDER; at = book.nextOrder(at)) {
                room(ORDER_LENGTH, book, index, sendTimeNs, epoch, channel);
                order.wrapAndApplyHeader(packet.buffer(), packet.claim(ORDER_LENGTH), header).orderId(book.orderId(at)).price(price)
                    .quantity(book.orderQuantity(at)).instrumentId(instrumentId).side(side).reserved1((short) 0).reserved2(0);
                index++;
            }
        }
        return index;
    }

    private void room(final int length, final OrderBook book, final int index, final long sendTimeNs, final int epoch, final int channel) {
        if (!packet.hasRoomFor(length)) {
            seal(sendTimeNs, epoch, channel);
            packetFirstIndex = index;
            begin(book);
        }
    }

    private void seal(final long sendTimeNs, final int epoch, final int channel) {
        final ByteBuffer sealed = packet.seal(packetFirstIndex, sendTimeNs, epoch, channel, PacketLayout.FLAG_SNAPSHOT);
        final int at = offsets[packets];
        if (at + sealed.remaining() > bytes.capacity()) {
            final ByteBuffer larger = ByteBuffer.allocateDirect(bytes.capacity() * 2);
            larger.put(bytes.clear().limit(at));
            bytes = larger;
        }
        if (packets + 2 > offsets.length) {
            offsets = Arrays.copyOf(offsets, offsets.length * 2);
            firstIndexes = Arrays.copyOf(firstIndexes, offsets.length);
        }
        bytes.clear().position(at).put(sealed);
        firstIndexes[packets] = packetFirstIndex;
        packets++;
        offsets[packets] = bytes.position();
        packet.clear();
    }

    private void begin(final OrderBook book) {
        begin.wrapAndApplyHeader(packet.buffer(), packet.claim(MessageHeaderEncoder.ENCODED_LENGTH + SnapshotBeginEncoder.BLOCK_LENGTH), header)
            .lastFeedSeq(lastFeedSeq).eventSeq(book.eventSeq()).timeNs(book.timeNs()).lastPrice(book.lastPrice())
            .lastQuantity(book.lastQuantity()).lastTradeId(book.lastTradeId()).instrumentId(book.instrumentId() & 0xFFFF_FFFFL)
            .rptSeq(book.rptSeq() & 0xFFFF_FFFFL).orders(book.orderCount()).state(FeedState.get((short) book.facts().state()))
            .reserved1((short) 0).reserved2(0);
    }

    private void definition(final OrderBook book) {
        final InstrumentFacts facts = book.facts();
        final int at = packet.claim(FeedMessageLayout.MAX_MESSAGE_LENGTH);
        definition.wrapAndApplyHeader(packet.buffer(), at, header).eventSeq(book.eventSeq()).timeNs(book.timeNs()).tickSize(facts.tickSize())
            .lotSize(facts.lotSize()).minPrice(facts.minPrice()).maxPrice(facts.maxPrice()).referencePrice(facts.referencePrice())
            .symbol(facts.symbol()).baseAsset(facts.baseAsset()).quoteAsset(facts.quoteAsset())
            .instrumentId(book.instrumentId() & 0xFFFF_FFFFL).priceDecimals((short) facts.priceDecimals())
            .quantityDecimals((short) facts.quantityDecimals()).state(FeedState.get((short) facts.state()));
        packet.buffer().putByte(at + FeedMessageLayout.HEADER_LENGTH + InstrumentDefinitionEncoder.flagsEncodingOffset(), (byte) 0);
    }
}
