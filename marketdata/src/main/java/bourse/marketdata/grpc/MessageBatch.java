package bourse.marketdata.grpc;

import bourse.sbe.feed.AddOrderDecoder;
import bourse.sbe.feed.AuctionIndicativeDecoder;
import bourse.sbe.feed.DeleteOrderDecoder;
import bourse.sbe.feed.FeedMessageLayout;
import bourse.sbe.feed.InstrumentDefinitionDecoder;
import bourse.sbe.feed.InstrumentStatusDecoder;
import bourse.sbe.feed.ReduceOrderDecoder;
import bourse.sbe.feed.ReplaceOrderDecoder;
import bourse.sbe.feed.TradeReportDecoder;
import io.grpc.Drainable;
import io.grpc.KnownLength;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;

/**
 * A response that carries {@code FeedMessages}, written in protobuf's wire format straight from the feed's own messages, without an
 * object for each. {@link #response} wraps it for sending; gRPC copies the bytes before the call returns, so the batch can be used again.
 *
 * <p>Hot path: no allocation but for instrument definitions. Thread: the market-data agent's.
 */
final class MessageBatch {
    /** Most messages of a batch. */
    static final int MAX_MESSAGES = 512;
    private static final int MAX_MESSAGE_BYTES = 102;
    private static final int MAX_DEFINITION_BYTES = 512;
    private static final int PREFIX_BYTES = 6;
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int[] BODY_TAG = new int[16];

    private static final int FIXED_1 = 1 << 3 | 1;
    private static final int FIXED_2 = 2 << 3 | 1;
    private static final int FIXED_3 = 3 << 3 | 1;
    private static final int BYTES_1 = 1 << 3 | 2;

    static {
        BODY_TAG[AddOrderDecoder.TEMPLATE_ID] = 7 << 3 | 2;
        BODY_TAG[ReduceOrderDecoder.TEMPLATE_ID] = 8 << 3 | 2;
        BODY_TAG[DeleteOrderDecoder.TEMPLATE_ID] = 9 << 3 | 2;
        BODY_TAG[ReplaceOrderDecoder.TEMPLATE_ID] = 10 << 3 | 2;
        BODY_TAG[TradeReportDecoder.TEMPLATE_ID] = 11 << 3 | 2;
        BODY_TAG[InstrumentDefinitionDecoder.TEMPLATE_ID] = 12 << 3 | 2;
        BODY_TAG[InstrumentStatusDecoder.TEMPLATE_ID] = 13 << 3 | 2;
        BODY_TAG[AuctionIndicativeDecoder.TEMPLATE_ID] = 14 << 3 | 2;
    }

    private final FeedProto proto;
    private final AddOrderDecoder add = new AddOrderDecoder();
    private final ReduceOrderDecoder reduce = new ReduceOrderDecoder();
    private final DeleteOrderDecoder delete = new DeleteOrderDecoder();
    private final ReplaceOrderDecoder replace = new ReplaceOrderDecoder();
    private final TradeReportDecoder trade = new TradeReportDecoder();
    private final InstrumentStatusDecoder status = new InstrumentStatusDecoder();
    private final AuctionIndicativeDecoder auction = new AuctionIndicativeDecoder();
    private byte[] bytes = new byte[PREFIX_BYTES + MAX_MESSAGES * MAX_MESSAGE_BYTES + MAX_DEFINITION_BYTES];
    private int at = PREFIX_BYTES;
    private int start;
    private int count;

    MessageBatch(final FeedProto proto) {
        this.proto = proto;
    }

    /** Messages so far. */
    int count() {
        return count;
    }

    /** Begins anew. */
    void clear() {
        at = PREFIX_BYTES;
        count = 0;
    }

    /** Appends a message of a known template. */
    void add(final long feedSeq, final DirectBuffer buffer, final int offset) {
        final int templateId = FeedMessageLayout.templateId(buffer, offset);
        if (at + MAX_MESSAGE_BYTES + MAX_DEFINITION_BYTES > bytes.length) {
            bytes = java.util.Arrays.copyOf(bytes, bytes.length * 2);
        }
        count++;
        if (templateId == InstrumentDefinitionDecoder.TEMPLATE_ID) {
            addDefinition(feedSeq, buffer, offset);
            return;
        }
        bytes[at++] = BYTES_1;
        final int lengthAt = at++;
        fixed(FIXED_1, feedSeq);
        fixed(FIXED_2, FeedMessageLayout.eventSeq(buffer, offset));
        fixed(FIXED_3, FeedMessageLayout.timeNs(buffer, offset));
        varint(4 << 3, FeedMessageLayout.instrumentId(buffer, offset, templateId) & 0xFFFF_FFFFL);
        varint(5 << 3, FeedMessageLayout.rptSeq(buffer, offset, templateId) & 0xFFFF_FFFFL);
        final int flags = FeedMessageLayout.flags(buffer, offset, templateId);
        varint(6 << 3, flags & FeedMessageLayout.END_OF_EVENT);
        bytes[at++] = (byte) BODY_TAG[templateId];
        final int bodyLengthAt = at++;
        body(templateId, buffer, offset + FeedMessageLayout.HEADER_LENGTH, flags);
        bytes[bodyLengthAt] = (byte) (at - bodyLengthAt - 1);
        bytes[lengthAt] = (byte) (at - lengthAt - 1);
    }

    /** The batch as the field {@code field} of a response; valid until the next call of {@link #clear}. */
    InputStream response(final int field) {
        final int length = at - PREFIX_BYTES;
        final int lengthBytes = (31 - Integer.numberOfLeadingZeros(length | 1)) / 7 + 1;
        start = PREFIX_BYTES - lengthBytes - 1;
        final int end = at;
        at = start;
        bytes[at++] = (byte) (field << 3 | 2);
        raw(length);
        at = end;
        return new Encoded(bytes, start, end - start);
    }

    private void body(final int templateId, final DirectBuffer buffer, final int block, final int flags) {
        switch (templateId) {
            case AddOrderDecoder.TEMPLATE_ID -> {
                add.wrap(buffer, block, AddOrderDecoder.BLOCK_LENGTH, AddOrderDecoder.SCHEMA_VERSION);
                fixed(FIXED_1, add.orderId());
                varint(2 << 3, add.sideRaw() + 1);
                varint(3 << 3, add.price());
                varint(4 << 3, add.quantity());
            }
            case ReduceOrderDecoder.TEMPLATE_ID -> {
                reduce.wrap(buffer, block, ReduceOrderDecoder.BLOCK_LENGTH, ReduceOrderDecoder.SCHEMA_VERSION);
                fixed(FIXED_1, reduce.orderId());
                varint(2 << 3, reduce.quantity());
            }
            case DeleteOrderDecoder.TEMPLATE_ID -> {
                delete.wrap(buffer, block, DeleteOrderDecoder.BLOCK_LENGTH, DeleteOrderDecoder.SCHEMA_VERSION);
                fixed(FIXED_1, delete.orderId());
            }
            case ReplaceOrderDecoder.TEMPLATE_ID -> {
                replace.wrap(buffer, block, ReplaceOrderDecoder.BLOCK_LENGTH, ReplaceOrderDecoder.SCHEMA_VERSION);
                fixed(FIXED_1, replace.orderId());
                varint(2 << 3, replace.price());
                varint(3 << 3, replace.quantity());
                varint(4 << 3, (flags & FeedMessageLayout.PRIORITY_KEPT) != 0 ? 1 : 0);
                varint(5 << 3, replace.sideRaw() + 1);
            }
            case TradeReportDecoder.TEMPLATE_ID -> {
                trade.wrap(buffer, block, TradeReportDecoder.BLOCK_LENGTH, TradeReportDecoder.SCHEMA_VERSION);
                fixed(FIXED_1, trade.tradeId());
                fixed(FIXED_2, trade.makerOrderId());
                fixed(FIXED_3, trade.takerOrderId());
                varint(4 << 3, trade.price());
                varint(5 << 3, trade.quantity());
                varint(6 << 3, trade.takerSideRaw() + 1);
                varint(7 << 3, (flags & FeedMessageLayout.AUCTION) != 0 ? 1 : 0);
                varint(8 << 3, (flags & FeedMessageLayout.MAKER_HIDDEN) != 0 ? 1 : 0);
                varint(9 << 3, (flags & FeedMessageLayout.TAKER_RESTING) != 0 ? 1 : 0);
            }
            case InstrumentStatusDecoder.TEMPLATE_ID -> {
                status.wrap(buffer, block, InstrumentStatusDecoder.BLOCK_LENGTH, InstrumentStatusDecoder.SCHEMA_VERSION);
                varint(1 << 3, status.stateRaw() + 1);
                varint(2 << 3, status.referencePrice());
            }
            case AuctionIndicativeDecoder.TEMPLATE_ID -> {
                auction.wrap(buffer, block, AuctionIndicativeDecoder.BLOCK_LENGTH, AuctionIndicativeDecoder.SCHEMA_VERSION);
                final long surplus = auction.surplus();
                varint(1 << 3, auction.price());
                varint(2 << 3, auction.volume());
                varint(3 << 3, surplus << 1 ^ surplus >> 63);
            }
            default -> throw new IllegalArgumentException("no public message, templateId=" + templateId);
        }
    }

    private void addDefinition(final long feedSeq, final DirectBuffer buffer, final int offset) {
        final byte[] message = proto.definitionMessage(feedSeq, buffer, offset).toByteArray();
        bytes[at++] = BYTES_1;
        raw(message.length);
        System.arraycopy(message, 0, bytes, at, message.length);
        at += message.length;
    }

    /** A field that is left out when it is 0, as proto3 does. */
    private void fixed(final int tag, final long value) {
        if (value != 0) {
            bytes[at] = (byte) tag;
            LONG.set(bytes, at + 1, value);
            at += 1 + Long.BYTES;
        }
    }

    private void varint(final int tag, final long value) {
        if (value != 0) {
            bytes[at++] = (byte) tag;
            raw(value);
        }
    }

    private void raw(final long value) {
        long left = value;
        while ((left & ~0x7FL) != 0) {
            bytes[at++] = (byte) (left | 0x80);
            left >>>= 7;
        }
        bytes[at++] = (byte) left;
    }

    /** The bytes as gRPC takes them: known length, drained in one write. */
    static final class Encoded extends InputStream implements Drainable, KnownLength {
        private final byte[] bytes;
        private final int end;
        private int position;

        Encoded(final byte[] bytes, final int offset, final int length) {
            this.bytes = bytes;
            this.position = offset;
            this.end = offset + length;
        }

        @Override
        public int drainTo(final OutputStream target) throws IOException {
            final int length = end - position;
            target.write(bytes, position, length);
            position = end;
            return length;
        }

        @Override
        public int available() {
            return end - position;
        }

        @Override
        public int read() {
            return position < end ? bytes[position++] & 0xFF : -1;
        }

        @Override
        public int read(final byte[] target, final int offset, final int length) {
            if (position == end) {
                return -1;
            }
            final int copied = Math.min(length, end - position);
            System.arraycopy(bytes, position, target, offset, copied);
            position += copied;
            return copied;
        }
    }
}
