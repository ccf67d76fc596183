package bourse.gateway.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;

/** What a connection may have done at once, and for what it is ended. */
class FrameGuardTest {
    private static final int HEADERS = 1;
    private static final int RST_STREAM = 3;
    private static final int PING = 6;
    private static final int CONTINUATION = 9;
    private static final InetAddress ADDRESS = InetAddress.getLoopbackAddress();

    private final LongAdder ended = new LongAdder();
    private final Offenders offenders = new Offenders(true, ended);
    private final EmbeddedChannel connection = connect();

    private EmbeddedChannel connect() {
        final EmbeddedChannel channel = new EmbeddedChannel();
        channel.freezeTime();
        offenders.watch(channel, ADDRESS);
        channel.writeInbound(Unpooled.copiedBuffer("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", StandardCharsets.US_ASCII));
        channel.<ByteBuf>readInbound().release();
        return channel;
    }

    @AfterEach
    void end() {
        connection.finishAndReleaseAll();
    }

    private static ByteBuf frames(final int type, final int length, final int count) {
        final ByteBuf bytes = Unpooled.buffer();
        for (int i = 0; i < count; i++) {
            bytes.writeMedium(length).writeByte(type).writeByte(0).writeInt(i).writeZero(length);
        }
        return bytes;
    }

    /** What was handed on since, which the caller releases. */
    private ByteBuf handedOn() {
        final ByteBuf all = Unpooled.buffer();
        for (ByteBuf part = connection.readInbound(); part != null; part = connection.readInbound()) {
            all.writeBytes(part);
            part.release();
        }
        return all;
    }

    @Test
    void shouldHandOnABurstInTurnsWithoutLosingAByte() {
        final int count = 3 * GuardLimits.TURN_WORK + 7;
        final ByteBuf burst = frames(PING, 8, count);
        final byte[] sent = ByteBufUtil.getBytes(burst);
        connection.writeInbound(burst);
        final ByteBuf received = handedOn();
        assertThat(received.readableBytes()).isEqualTo(GuardLimits.TURN_WORK * sent.length / count);
        assertThat(connection.config().isAutoRead()).isFalse();
        // What was read before the pause took effect comes after what waits.
        connection.writeInbound(frames(PING, 3, 1));
        for (int turn = 2; turn <= 4; turn++) {
            assertThat(connection.config().isAutoRead()).isFalse();
            connection.advanceTimeBy(GuardLimits.TURN_NS, TimeUnit.NANOSECONDS);
            connection.runScheduledPendingTasks();
            received.writeBytes(handedOn());
            assertThat(received.readableBytes()).isEqualTo(Math.min(turn * GuardLimits.TURN_WORK * sent.length / count, sent.length + (turn == 4 ? 12 : 0)));
        }
        assertThat(connection.config().isAutoRead()).isTrue();
        assertThat(ByteBufUtil.getBytes(received, 0, sent.length)).isEqualTo(sent);
        assertThat(ByteBufUtil.getBytes(received, sent.length, 12)).isEqualTo(ByteBufUtil.getBytes(frames(PING, 3, 1)));
        assertThat(ended.sum()).isZero();
    }

    /** Whoever reads what the guard hands on is slow: the connection's turn ends with the time, not only with the count. */
    @Test
    void shouldEndATurnThatTakesLong() {
        connection.pipeline().addLast(new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(final ChannelHandlerContext context, final Object message) {
                connection.advanceTimeBy(GuardLimits.TURN_BUDGET_NS / 2 + 1, TimeUnit.NANOSECONDS);
                context.fireChannelRead(message);
            }
        });
        connection.writeInbound(frames(PING, 8, GuardLimits.TURN_WORK));
        assertThat(handedOn().readableBytes()).as("two slices").isEqualTo(2 * GuardLimits.SLICE_WORK * 17);
        connection.advanceTimeBy(GuardLimits.TURN_NS, TimeUnit.NANOSECONDS);
        connection.runScheduledPendingTasks();
        assertThat(handedOn().readableBytes()).as("it pauses for as long as it took").isZero();
        connection.advanceTimeBy(GuardLimits.TURN_BUDGET_NS, TimeUnit.NANOSECONDS);
        connection.runScheduledPendingTasks();
        assertThat(handedOn().readableBytes()).isEqualTo(2 * GuardLimits.SLICE_WORK * 17);
    }

    @Test
    void shouldTakeAnHonestClientsCallsInOneTurn() {
        connection.writeInbound(frames(HEADERS, 500, 8));
        assertThat(handedOn().readableBytes()).isEqualTo(8 * 509);
        assertThat(connection.config().isAutoRead()).isTrue();
    }

    @Test
    void shouldDropWhatWaitsWhenTheConnectionEnds() {
        final ByteBuf burst = frames(PING, 8, 2 * GuardLimits.TURN_WORK);
        connection.writeInbound(burst);
        handedOn();
        connection.close();
        connection.advanceTimeBy(1, TimeUnit.SECONDS);
        connection.runScheduledPendingTasks();
        assertThat(handedOn().readableBytes()).isZero();
        assertThat(burst.refCnt()).isZero();
    }

    @Test
    void shouldEndAHeaderThatIsTooLongBeforeItIsRead() {
        connection.writeInbound(frames(HEADERS, 10_000, 1));
        connection.writeInbound(frames(CONTINUATION, 6_000, 1));
        assertThat(connection.isOpen()).isTrue();
        connection.writeInbound(frames(CONTINUATION, 1_000, 1));
        assertThat(ended.sum()).isEqualTo(1);
        assertThat(connection.isOpen()).isFalse();
    }

    @Test
    void shouldEndRefusedCallsByTheBytesOfTheirHeaders() {
        for (int i = 0; i < 64; i++) {
            connection.writeInbound(frames(HEADERS, 8_000, 1));
        }
        assertThat(ended.sum()).isZero();
        connection.writeInbound(frames(HEADERS, 8_000, 2));
        connection.advanceTimeBy(1, TimeUnit.SECONDS);
        connection.runScheduledPendingTasks();
        assertThat(ended.sum()).isEqualTo(1);
    }

    @Test
    void shouldCountAgainstTheAddressWhatTheTransportEndedForItsNoise() {
        for (int i = 0; i < GuardLimits.OFFENCES; i++) {
            assertThat(offenders.isTurnedAway(ADDRESS)).isFalse();
            final EmbeddedChannel other = connect();
            // Resets below the guard's bound; the transport, which sees its own ones too, has had enough.
            other.writeInbound(frames(RST_STREAM, 4, GuardLimits.NOISE + 1));
            other.close();
            other.finishAndReleaseAll();
        }
        assertThat(offenders.isTurnedAway(ADDRESS)).isTrue();
    }

    @Test
    void shouldCountNothingAgainstTheAddressOfAQuietConnection() {
        connection.writeInbound(frames(PING, 8, 10));
        connection.close();
        assertThat(ended.sum()).isZero();
    }
}
