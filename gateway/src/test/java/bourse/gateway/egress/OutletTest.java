package bourse.gateway.egress;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

import com.google.protobuf.InvalidProtocolBufferException;

import bourse.gateway.refusal.RichStatus;
import bourse.order.columns.EventRows;
import bourse.order.v1.DuplicateOutcome;
import bourse.order.v1.ServerFrame;
import bourse.sbe.engine.CommandRejectedEncoder;
import bourse.sbe.engine.OrderReducedEncoder;

import io.grpc.Status;

/** Frames with columns, events and whatever else, in the order in which it was said. */
class OutletTest {
    private static final int MAX_FRAMES = 8;

    private final UnsafeBuffer block = new UnsafeBuffer(new byte[512]);
    private final FramePool pool = new FramePool(MAX_FRAMES);
    private final Outlet outlet = new Outlet(Outlet.Kind.SESSION, pool, MAX_FRAMES, () -> {
    }, 0);
    private final List<Long> told = new ArrayList<>();
    private int inColumns;

    /** An event that has a place in columns, or one that has none; its event_seq is a thousand above its number. */
    private boolean write(final long accountSeq, final boolean plain) {
        return outlet.write(accountSeq, plain ? OrderReducedEncoder.TEMPLATE_ID : CommandRejectedEncoder.TEMPLATE_ID, block, 0, false, accountSeq + 1000, 1, 2,
            accountSeq);
    }

    /** Reads what is queued; each event must have the number that its frame says. */
    private List<ServerFrame> read() throws InvalidProtocolBufferException {
        final List<ServerFrame> frames = new ArrayList<>();
        for (Frame frame = outlet.poll(); frame != null; frame = outlet.poll()) {
            final ServerFrame read = ServerFrame.parseFrom(Arrays.copyOf(frame.bytes, frame.length()));
            frames.add(read);
            outlet.release(frame);
            long accountSeq = read.getFirstAccountSeq();
            for (int row = 0; row < EventRows.count(read.getEventColumns()); row++) {
                assertThat(EventRows.event(read.getEventColumns(), row).getEventSeq()).isEqualTo(accountSeq + 1000);
                told.add(accountSeq++);
                inColumns++;
            }
            for (int i = 0; i < read.getEventsCount(); i++) {
                assertThat(read.getEvents(i).getEventSeq()).isEqualTo(accountSeq + 1000);
                told.add(accountSeq++);
            }
        }
        return frames;
    }

    @Test
    void shouldFillAFrameWithMessagesBehindColumns() throws Exception {
        outlet.useColumns();
        for (long accountSeq = 1; accountSeq <= 2_000; accountSeq++) {
            assertThat(write(accountSeq, accountSeq <= 100 || accountSeq > 1_500)).isTrue();
        }
        outlet.applied(2_000);
        outlet.flush();
        final List<ServerFrame> frames = read();
        assertThat(told).hasSize(2_000).isSorted().doesNotHaveDuplicates();
        assertThat(frames).hasSizeGreaterThan(2);
        assertThat(frames.getFirst().getEventsCount()).isPositive();
        assertThat(inColumns).as("a frame with a message takes no more columns").isEqualTo(100);
        assertThat(frames.getLast().getAppliedClientSeq()).isEqualTo(2_000);
        write(2_001, true);
        outlet.flush();
        read();
        assertThat(inColumns).as("the next one does").isEqualTo(101);
    }

    @Test
    void shouldBeginAFrameAtAGap() throws Exception {
        outlet.useColumns();
        assertThat(write(1, true) && write(2, true) && write(10, true) && write(11, false) && write(20, true)).isTrue();
        outlet.flush();
        assertThat(read()).extracting(ServerFrame::getFirstAccountSeq).containsExactly(1L, 10L, 20L);
        assertThat(told).containsExactly(1L, 2L, 10L, 11L, 20L);
        assertThat(inColumns).isEqualTo(4);
    }

    @Test
    void shouldPutOthersBehindTheRows() throws Exception {
        outlet.useColumns();
        final byte[] duplicate = DuplicateOutcome.newBuilder().setClientSeq(9).build().toByteArray();
        assertThat(write(1, true) && outlet.appendDuplicate(duplicate, duplicate.length) && write(2, true)).isTrue();
        assertThat(outlet.send(ServerFrame.getDefaultInstance())).isTrue();
        assertThat(write(3, true)).isTrue();
        outlet.end(RichStatus.plain(Status.OK));
        final List<ServerFrame> frames = read();
        assertThat(frames).hasSize(3);
        assertThat(frames.getFirst().getDuplicates(0).getClientSeq()).isEqualTo(9);
        assertThat(told).containsExactly(1L, 2L, 3L);
        assertThat(inColumns).isEqualTo(2);
    }

    @Test
    void shouldSayWhenTheQueueIsFullAndLoseNothingBefore() throws Exception {
        outlet.useColumns();
        long accountSeq = 1;
        while (write(accountSeq, true)) {
            accountSeq++;
        }
        assertThat(outlet.isOverflowed()).isTrue();
        assertThat(accountSeq - 1).isEqualTo((MAX_FRAMES - 1) * (long) EventColumnsWriter.MAX_ROWS);
        read();
        assertThat(told).hasSize((int) accountSeq - 1).isSorted();
    }

    @Test
    void shouldLendTheColumnsToOpenFramesOnly() throws Exception {
        outlet.useColumns();
        write(1, true);
        final EventColumnsWriter other = pool.columns();
        pool.giveBack(other);
        outlet.flush();
        read();
        write(2, true);
        outlet.discard();
        final EventColumnsWriter again = pool.columns();
        assertThat(again.rows()).isZero();
        assertThat(List.of(again, pool.columns())).contains(other);
        assertThat(outlet.poll()).isNull();
    }

    @Test
    void shouldWriteMessagesToWhoDoesNotAsk() throws Exception {
        write(1, true);
        outlet.flush();
        assertThat(read().getFirst().getEventsCount()).isEqualTo(1);
        assertThat(inColumns).isZero();
    }
}
