package bourse.gateway.guard;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Ticker;

/**
 * Walks over the heads of a connection's HTTP/2 frames before anything reads them, and ends the connection with
 * {@code GOAWAY ENHANCE_YOUR_CALM} when it sends more of a kind than {@link GuardLimits} allow. Within these limits it may make only so much work
 * at once: the rest of a burst waits, and the connection is not read, while the others have their turns. A data frame costs one comparison. Hot path.
 * Thread: the event loop of the connection; calls may end on any.
 */
final class FrameGuard extends ChannelDuplexHandler {
    private static final int PREFACE_LENGTH = 24;
    private static final int HEAD_LENGTH = 9;
    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int RST_STREAM = 3;
    private static final int SETTINGS = 4;
    private static final int GOAWAY = 7;
    private static final int ENHANCE_YOUR_CALM = 11;
    private static final int CONTINUATION = 9;

    private final Offenders offenders;
    private final InetAddress address;
    private final ThreadLocal<FrameGuard[]> reading;
    private final AtomicInteger refusedCalls = new AtomicInteger();
    private final byte[] head = new byte[HEAD_LENGTH];
    private int headLength;
    private int skip = PREFACE_LENGTH;
    private long windowStartNs = System.nanoTime();
    private long shortWindowStartNs = windowStartNs;
    private int settings;
    private int resets;
    private int smallFrames;
    private int headers;
    private int callsStarted;
    /** Of this turn, in the units of {@link GuardLimits#TURN_WORK}. */
    private int work;
    /** The event loop's. */
    private Ticker ticker;
    /** When this turn's first work came, by it. */
    private long turnBegunNs;
    /** What has come and waits for the next turns; null = nothing, and the connection is read. */
    private ArrayDeque<ByteBuf> waiting;
    private int headerBytes;
    private long allHeaderBytes;
    private boolean ended;

    FrameGuard(final Offenders offenders, final InetAddress address, final ThreadLocal<FrameGuard[]> reading) {
        this.offenders = offenders;
        this.address = address;
        this.reading = reading;
    }

    /** Puts the guard before whatever reads HTTP/2, behind the decryption where there is one, when the first bytes arrive. */
    static final class Installer extends ChannelInboundHandlerAdapter {
        private final FrameGuard guard;

        Installer(final FrameGuard guard) {
            this.guard = guard;
        }

        @Override
        public void channelRead(final ChannelHandlerContext context, final Object message) {
            final ChannelHandlerContext decryption = context.pipeline().context(SslHandler.class);
            if (decryption == null) {
                context.pipeline().addAfter(context.name(), null, guard);
            } else {
                context.pipeline().addAfter(decryption.name(), null, guard);
            }
            context.fireChannelRead(message);
            context.pipeline().remove(this);
        }
    }

    /** The transport has made a call of a HEADERS frame. */
    void callStarted() {
        callsStarted++;
    }

    void callRefused() {
        refusedCalls.incrementAndGet();
    }

    @Override
    public void handlerAdded(final ChannelHandlerContext context) {
        ticker = context.executor().ticker();
    }

    @Override
    public void channelRead(final ChannelHandlerContext context, final Object message) {
        if (ended) {
            ReferenceCountUtil.release(message);
        } else if (!(message instanceof final ByteBuf bytes)) {
            handOn(context, message);
        } else if (waiting != null) {
            waiting.add(bytes);
        } else {
            work = 0;
            if (!take(context, bytes)) {
                await(context, bytes);
            }
        }
    }

    /** Hands on what this turn's work allows. False when something is left: the bytes are the caller's then. */
    private boolean take(final ChannelHandlerContext context, final ByteBuf bytes) {
        while (!ended && bytes.isReadable()) {
            if (work >= GuardLimits.TURN_WORK || work >= GuardLimits.SLICE_WORK && ticker.nanoTime() - turnBegunNs > GuardLimits.TURN_BUDGET_NS) {
                return false;
            }
            final int start = bytes.readerIndex();
            final String excess = walk(bytes);
            if (excess != null) {
                end(context, excess);
            } else if (start == 0 && !bytes.isReadable()) {
                bytes.readerIndex(start);
                handOn(context, bytes);
                endWhenRefused(context);
                return true;
            } else {
                handOn(context, bytes.retainedSlice(start, bytes.readerIndex() - start));
                endWhenRefused(context);
            }
        }
        bytes.release();
        return true;
    }

    private void endWhenRefused(final ChannelHandlerContext context) {
        final int refused = headers - callsStarted;
        if (refused > GuardLimits.REFUSED_HEADERS || refused > 0 && allHeaderBytes / headers * refused > GuardLimits.REFUSED_HEADER_BYTES) {
            end(context, "too_many_refused_headers");
        }
    }

    private void await(final ChannelHandlerContext context, final ByteBuf bytes) {
        waiting = new ArrayDeque<>();
        waiting.add(bytes);
        context.channel().config().setAutoRead(false);
        // Not a task: those run before the sockets of others are looked at again.
        scheduleTurn(context);
    }

    private void scheduleTurn(final ChannelHandlerContext context) {
        context.executor().schedule(() -> nextTurn(context), Math.max(GuardLimits.TURN_NS, ticker.nanoTime() - turnBegunNs), TimeUnit.NANOSECONDS);
    }

    private void nextTurn(final ChannelHandlerContext context) {
        if (waiting == null) {
            return;
        }
        work = 0;
        final ArrayDeque<ByteBuf> queue = waiting;
        for (ByteBuf bytes = queue.poll(); bytes != null; bytes = queue.poll()) {
            if (!take(context, bytes)) {
                queue.addFirst(bytes);
                break;
            }
        }
        if (waiting == null) {
            queue.forEach(ByteBuf::release);
            return;
        }
        context.fireChannelReadComplete();
        if (waiting.isEmpty()) {
            waiting = null;
            context.channel().config().setAutoRead(true);
        } else {
            scheduleTurn(context);
        }
    }

    /** The transport asks for more by itself where a connection is not read for the moment. */
    @Override
    public void read(final ChannelHandlerContext context) {
        if (waiting == null) {
            context.read();
        }
    }

    @Override
    public void handlerRemoved(final ChannelHandlerContext context) {
        final ArrayDeque<ByteBuf> queue = waiting;
        waiting = null;
        for (ByteBuf bytes = queue == null ? null : queue.poll(); bytes != null; bytes = queue.poll()) {
            bytes.release();
        }
    }

    private void handOn(final ChannelHandlerContext context, final Object message) {
        final FrameGuard[] current = reading.get();
        current[0] = this;
        try {
            context.fireChannelRead(message);
        } finally {
            current[0] = null;
        }
    }

    /** Goes to the end, or as far as one slice's work allows. Returns what there is too much of, or null. */
    private String walk(final ByteBuf bytes) {
        int at = bytes.readerIndex();
        final int end = bytes.writerIndex();
        final int allowed = Math.min(GuardLimits.TURN_WORK, work + GuardLimits.SLICE_WORK);
        while (at < end && (work < allowed || skip > 0)) {
            if (skip > 0) {
                final int count = Math.min(skip, end - at);
                skip -= count;
                at += count;
                continue;
            }
            final int length;
            final int type;
            if (headLength == 0 && end - at >= HEAD_LENGTH) {
                length = bytes.getUnsignedMedium(at);
                type = bytes.getByte(at + 3);
                at += HEAD_LENGTH;
            } else {
                head[headLength++] = bytes.getByte(at++);
                if (headLength < HEAD_LENGTH) {
                    continue;
                }
                headLength = 0;
                length = (head[0] & 0xFF) << 16 | (head[1] & 0xFF) << 8 | head[2] & 0xFF;
                type = head[3];
            }
            skip = length;
            if (type != DATA || length == 0) {
                final String excess = count(type, length);
                if (excess != null) {
                    return excess;
                }
            }
        }
        bytes.readerIndex(at);
        return null;
    }

    private String count(final int type, final int length) {
        final long nowNs = System.nanoTime();
        if (nowNs - shortWindowStartNs > GuardLimits.SHORT_WINDOW_NS) {
            shortWindowStartNs = nowNs;
            smallFrames = 0;
        }
        if (nowNs - windowStartNs > GuardLimits.WINDOW_NS) {
            windowStartNs = nowNs;
            settings = 0;
            resets = 0;
            headers = 0;
            allHeaderBytes = 0;
            callsStarted = 0;
            refusedCalls.set(0);
        }
        final boolean ofHeader = type == HEADERS || type == CONTINUATION;
        turnBegunNs = work == 0 ? ticker.nanoTime() : turnBegunNs;
        work += GuardLimits.workOf(type == HEADERS, ofHeader ? length : 0);
        headerBytes = type == CONTINUATION ? headerBytes + length : length;
        allHeaderBytes += ofHeader ? length : 0;
        if (ofHeader && headerBytes > GuardLimits.HEADER_BLOCK_BYTES) {
            return "header_too_large";
        }
        switch (type) {
            case HEADERS -> headers++;
            case SETTINGS -> settings++;
            case RST_STREAM -> resets++;
            default -> smallFrames++;
        }
        return excess();
    }

    private String excess() {
        if (refusedCalls.get() > GuardLimits.REFUSED_CALLS) {
            return "too_many_refused_calls";
        }
        if (settings > GuardLimits.SETTINGS) {
            return "too_many_settings";
        }
        if (resets > GuardLimits.RESETS) {
            return "too_many_rststreams";
        }
        return smallFrames > GuardLimits.SMALL_FRAMES ? "too_many_small_frames" : null;
    }

    /** The server ends the connection: where that was noisy, for its own reasons against pings, resets or headers without end, the address answers for it. */
    @Override
    public void close(final ChannelHandlerContext context, final ChannelPromise promise) {
        if (!ended && Math.max(Math.max(smallFrames, resets), headers - callsStarted) > GuardLimits.NOISE) {
            ended = true;
            offenders.offended(address);
        }
        context.close(promise);
    }

    private void end(final ChannelHandlerContext context, final String excess) {
        if (ended) {
            return;
        }
        ended = true;
        offenders.offended(address);
        final byte[] debug = excess.getBytes(StandardCharsets.US_ASCII);
        final ByteBuf goaway = context.alloc().buffer(HEAD_LENGTH + 2 * Integer.BYTES + debug.length);
        goaway.writeMedium(2 * Integer.BYTES + debug.length).writeByte(GOAWAY).writeByte(0).writeInt(0)
            .writeInt(Integer.MAX_VALUE).writeInt(ENHANCE_YOUR_CALM).writeBytes(debug);
        // Not through the transport, which would wait for its streams to end in order.
        context.writeAndFlush(goaway).addListener(written -> context.close());
    }
}
