package bourse.gateway.egress;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

import bourse.order.columns.EventRows;
import bourse.order.v1.Event;
import bourse.order.v1.EventColumns;
import bourse.order.v1.ServerFrame;
import bourse.sbe.engine.CommandRejectedEncoder;
import bourse.sbe.engine.OrderAcceptedEncoder;
import bourse.sbe.engine.OrderBookedEncoder;
import bourse.sbe.engine.OrderCancelledEncoder;
import bourse.sbe.engine.OrderReducedEncoder;
import bourse.sbe.engine.OrderReplacedEncoder;
import bourse.sbe.engine.OrderTriggeredEncoder;
import bourse.sbe.engine.TradeEncoder;

/** Columns say what the messages say that they stand for, in the bytes that generated code writes. */
class EventColumnsWriterTest {
    private static final int[] TEMPLATES = {
        OrderAcceptedEncoder.TEMPLATE_ID, TradeEncoder.TEMPLATE_ID, OrderCancelledEncoder.TEMPLATE_ID, OrderBookedEncoder.TEMPLATE_ID,
        OrderReducedEncoder.TEMPLATE_ID, OrderReplacedEncoder.TEMPLATE_ID};

    private final EventColumnsWriter columns = new EventColumnsWriter();
    private final EventWriter messages = new EventWriter();
    private final UnsafeBuffer block = new UnsafeBuffer(new byte[512]);
    private final byte[] frame = new byte[Frame.CAPACITY];

    @Test
    void shouldFitIntoAFrameWhateverTheyHold() throws Exception {
        assertThat(EventColumnsWriter.MAX_BYTES + 18).isLessThanOrEqualTo(Frame.CAPACITY);
        final int[] widest = {OrderAcceptedEncoder.TEMPLATE_ID, TradeEncoder.TEMPLATE_ID, OrderCancelledEncoder.TEMPLATE_ID};
        for (int row = 0; row < EventColumnsWriter.MAX_ROWS; row++) {
            // The longest varints, and no column the same in all rows.
            for (int at = 0; at < 512; at++) {
                block.putByte(at, (byte) (0xF0 + (row + at) % 15));
            }
            final int template = widest[row % widest.length];
            if (template == OrderAcceptedEncoder.TEMPLATE_ID) {
                new OrderAcceptedEncoder().wrap(block, 0).stopPrice(0);
            }
            assertThat(columns.append(template, block, 0, row % 2 == 0, -1 - row, -2 - row, -3 - row, -4 - row)).isTrue();
        }
        assertThat(columns.isFull()).isTrue();
        final int written = columns.write(frame, 18) - 18;
        // Of three kinds not all have fees, or a price: a fourth less than all columns at their longest.
        assertThat(written).isBetween(EventColumnsWriter.MAX_BYTES * 3 / 4, EventColumnsWriter.MAX_BYTES);
        assertThat(EventRows.count(ServerFrame.parseFrom(Arrays.copyOfRange(frame, 18, 18 + written)).getEventColumns())).isEqualTo(EventColumnsWriter.MAX_ROWS);
    }

    @Test
    void shouldSayWhatTheMessagesSay() throws Exception {
        final Random random = new Random(2);
        for (int round = 0; round < 3_000; round++) {
            final List<Event> expected = new ArrayList<>();
            final int rows = 1 + random.nextInt(round % 50 == 0 ? EventColumnsWriter.MAX_ROWS : 6);
            final boolean same = random.nextInt(3) == 0;
            for (int row = 0; row < rows; row++) {
                if (!same || row == 0) {
                    fill(random);
                }
                final int template = TEMPLATES[same ? round % TEMPLATES.length : random.nextInt(TEMPLATES.length)];
                if (template == OrderAcceptedEncoder.TEMPLATE_ID) {
                    new OrderAcceptedEncoder().wrap(block, 0).stopPrice(0);
                }
                final boolean maker = random.nextBoolean();
                final long sessionId = random.nextInt(3);
                final long clientSeq = sessionId == 0 ? 0 : random.nextLong();
                assertThat(columns.append(template, block, 0, maker, round + row, round, sessionId, clientSeq)).isTrue();
                final int length = messages.write(template, block, 0, maker, round + row, round, sessionId, clientSeq);
                expected.add(Event.parser().parseFrom(messages.bytes(), 0, length));
            }
            final byte[] bytes = Arrays.copyOfRange(frame, 5, columns.write(frame, 5));
            final ServerFrame read = ServerFrame.parseFrom(bytes);
            assertThat(read.toByteArray()).as("canonical").isEqualTo(bytes);
            assertThat(events(read.getEventColumns())).isEqualTo(expected);
            columns.clear();
            assertThat(columns.rows()).isZero();
        }
    }

    private void fill(final Random random) {
        for (int at = 0; at < 512; at += Long.BYTES) {
            block.putLong(at, random.nextInt(3) == 0 ? 0 : random.nextLong() >>> random.nextInt(64));
        }
    }

    private static List<Event> events(final EventColumns columns) {
        final List<Event> events = new ArrayList<>();
        for (int row = 0; row < EventRows.count(columns); row++) {
            events.add(EventRows.event(columns, row));
        }
        return events;
    }

    @Test
    void shouldLeaveOtherEventsToMessages() {
        new OrderAcceptedEncoder().wrap(block, 0).stopPrice(7);
        assertThat(columns.append(OrderAcceptedEncoder.TEMPLATE_ID, block, 0, false, 1, 1, 1, 1)).as("a stop").isFalse();
        for (final int template : new int[] {CommandRejectedEncoder.TEMPLATE_ID, OrderTriggeredEncoder.TEMPLATE_ID, 71}) {
            assertThat(columns.append(template, block, 0, false, 1, 1, 1, 1)).as("template %d", template).isFalse();
        }
        assertThat(columns.rows()).isZero();
    }
}
