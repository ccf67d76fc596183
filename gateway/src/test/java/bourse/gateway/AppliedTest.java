package bourse.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import bourse.order.v1.Command;
import bourse.order.v1.Event;
import bourse.order.v1.ServerFrame;
import bourse.order.v1.Side;

/** {@code applied_client_seq} promises events that have been sent, never events to come. */
class AppliedTest {
    @Test
    void shouldNotRunAheadOfEventsAcrossFramesAndFragments() throws Exception {
        try (Venue venue = new Venue()) {
            final TestSession maker = TestSession.established(venue.channel(), venue.token(1), 1);
            for (int i = 0; i < 8; i++) {
                final Command[] orders = new Command[500];
                for (int k = 0; k < orders.length; k++) {
                    orders[k] = TestSession.order(1 + i * 500L + k, Side.SIDE_SELL, 10, 1);
                }
                maker.send(1 + i * 500L, orders);
            }
            maker.awaitApplied(4_000);
            final TestSession taker = TestSession.established(venue.channel(), venue.token(2), 1);
            final Command[] sweeps = new Command[8];
            for (int i = 0; i < sweeps.length; i++) {
                sweeps[i] = TestSession.order(i + 1, Side.SIDE_BUY, 10, 500);
            }
            taker.send(1, sweeps);
            final List<ServerFrame> frames = new ArrayList<>();
            taker.await(frame -> {
                frames.add(frame);
                return frame.getAppliedClientSeq() == 8;
            });
            final long[] done = new long[10];
            for (final ServerFrame frame : frames) {
                for (final Event event : frame.getEventsList()) {
                    if (event.hasExecution()) {
                        done[(int) event.getClientSeq()] += event.getExecution().getQuantity();
                    }
                }
                for (int seq = 1; seq <= frame.getAppliedClientSeq(); seq++) {
                    assertThat(done[seq]).as("executed of command %d when applied_client_seq was %d", seq, frame.getAppliedClientSeq())
                        .isEqualTo(500);
                }
            }
            assertThat(frames.size()).isGreaterThan(8);
        }
    }

    @Test
    void shouldNotRunAheadOfAReplay() throws Exception {
        try (Venue venue = new Venue()) {
            final TestSession writer = TestSession.established(venue.channel(), venue.token(1), 1);
            final Command[] orders = new Command[500];
            for (int i = 0; i < 10; i++) {
                for (int k = 0; k < orders.length; k++) {
                    orders[k] = TestSession.order(1 + i * 500L + k, Side.SIDE_BUY, 10, 1);
                }
                writer.send(1 + i * 500L, orders);
            }
            writer.awaitApplied(5_000);
            final TestSession reader = TestSession.open(venue.channel(), venue.token(1));
            reader.establish(2, terms -> terms.setNextAccountSeq(1));
            reader.ack();
            reader.send(1, TestSession.order(9_001, Side.SIDE_BUY, 10, 1));
            reader.await(frame -> frame.getAppliedClientSeq() == 1);
            assertThat(reader.events).hasSize(5_001);
        }
    }
}
