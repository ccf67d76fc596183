package bourse.services.node;

import bourse.services.cli.CommandFailure;
import bourse.services.data.Backup;
import org.agrona.CloseHelper;
import org.agrona.IoUtil;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/**
 * Tells other members what this one has, and gives them a copy: a backup of the running venue is made beside its data, sent and removed. One copy at a time; one that takes
 * nothing any more is given up. Threads: one that accepts, one for each question, few of them.
 *
 * <pre>
 *   request   MAGIC u32, STATE or COPY or COPY_OUTSIDE_QUORUM u8
 *   answer    state as {@link SeedState}; for copies then: file path, length i64, blocks of (length i32, bytes; negative = so many zeros)…, empty path;
 *             a length of -1 = no copy now, and the path says why
 * </pre>
 */
final class SeedServer implements AutoCloseable {
    static final int MAGIC = 0x42_53_45_31;
    static final int STATE = 1;
    static final int COPY = 2;
    static final int COPY_OUTSIDE_QUORUM = 3;
    static final int BLOCK_BYTES = 64 * 1024;
    private static final Logger LOG = LoggerFactory.getLogger(SeedServer.class);
    private static final int TIMEOUT_MS = 10_000;
    private static final long STOP_TIMEOUT_MS = 1_000;
    private static final int MAX_QUESTIONS = 16;
    private static final String BACKUP = "seed-for-another";

    private final ServerSocket socket;
    private final Path dataDir;
    private final Supplier<SeedState> state;
    private final long stallMs;
    private final Thread thread;
    private final Semaphore questions = new Semaphore(MAX_QUESTIONS);
    private final AtomicReference<Socket> copying = new AtomicReference<>();
    private final ScheduledExecutorService guard = Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("member-seed-guard").factory());
    private volatile long progressNs;

    SeedServer(final String host, final int port, final Path dataDir, final Supplier<SeedState> state) throws IOException {
        this(host, port, dataDir, state, TIMEOUT_MS);
    }

    /** @param stallMs a copy of which the other side takes nothing for so long is given up */
    SeedServer(final String host, final int port, final Path dataDir, final Supplier<SeedState> state, final long stallMs) throws IOException {
        this.dataDir = dataDir;
        this.state = state;
        this.stallMs = stallMs;
        // Of a process that was killed while it gave one.
        IoUtil.delete(dataDir.resolve(BACKUP).toFile(), true);
        socket = new ServerSocket();
        socket.setReuseAddress(true);
        try {
            socket.bind(new InetSocketAddress(InetAddress.getByName(host), port));
        } catch (final IOException e) {
            socket.close();
            throw new IOException("cluster.members: " + host + ":" + port + "/tcp cannot be listened on (" + e.getMessage()
                + "): is it this host's address, and is cluster.member right?", e);
        }
        thread = Thread.ofPlatform().name("member-seed").daemon().start(this::run);
    }

    private void run() {
        while (!socket.isClosed()) {
            try {
                final Socket client = socket.accept();
                if (questions.tryAcquire()) {
                    Thread.ofPlatform().name("member-seed-answer").daemon().start(() -> serve(client));
                } else {
                    client.close();
                }
            } catch (final IOException e) {
                if (!socket.isClosed()) {
                    LOG.info("a member's question was not heard: {}", e.toString());
                }
            }
        }
    }

    private void serve(final Socket client) {
        try (client) {
            client.setSoTimeout(TIMEOUT_MS);
            answer(client);
        } catch (final IOException | RuntimeException e) {
            if (!socket.isClosed()) {
                LOG.info("a member's question was not answered: {}", e.toString());
            }
        } finally {
            questions.release();
        }
    }

    private void answer(final Socket client) throws IOException {
        final DataInputStream in = new DataInputStream(client.getInputStream());
        final int magic = in.readInt();
        final int kind = in.readUnsignedByte();
        if (magic != MAGIC) {
            return;
        }
        final DataOutputStream out = new DataOutputStream(new BufferedOutputStream(client.getOutputStream(), BLOCK_BYTES));
        final SeedState now = state.get();
        now.write(out);
        if (kind == STATE) {
            out.flush();
        } else if (copying.compareAndSet(null, client)) {
            try {
                copy(out, now, kind == COPY_OUTSIDE_QUORUM);
                out.flush();
            } finally {
                copying.set(null);
            }
        } else {
            refuse(out, "it gives one to another member");
            out.flush();
        }
    }

    /** A write to a socket knows no time-out: it ends when this closes the socket. */
    private void cutOffStalled(final Socket client) {
        if (copying.get() == client && System.nanoTime() - progressNs > TimeUnit.MILLISECONDS.toNanos(stallMs)) {
            LOG.warn("a copy of this one's data is given up: the other member has taken nothing for {} ms", stallMs);
            CloseHelper.quietClose(client);
        }
    }

    private void copy(final DataOutputStream out, final SeedState now, final boolean outsideQuorum) throws IOException {
        if (!now.serves() && !(outsideQuorum && now.hasData())) {
            refuse(out, "it is in no quorum");
            return;
        }
        final Path backup = dataDir.resolve(BACKUP);
        IoUtil.delete(backup.toFile(), true);
        ScheduledFuture<?> watch = null;
        try {
            final Backup.Manifest manifest = new Backup(dataDir, backup).take();
            final Socket client = copying.get();
            progressNs = System.nanoTime();
            watch = guard.scheduleWithFixedDelay(() -> cutOffStalled(client), stallMs, Math.max(1, stallMs / 4), TimeUnit.MILLISECONDS);
            for (final Backup.Item item : manifest.files()) {
                if (item.path().startsWith("log/")) {
                    send(out, item, backup.resolve("data").resolve(item.path()));
                }
            }
            out.writeUTF("");
            LOG.info("another member got a copy of this one's data position={}", manifest.logPosition());
        } catch (final CommandFailure e) {
            refuse(out, e.getMessage());
        } finally {
            if (watch != null) {
                watch.cancel(false);
            }
            IoUtil.delete(backup.toFile(), true);
        }
    }

    private static void refuse(final DataOutputStream out, final String why) throws IOException {
        out.writeUTF(why);
        out.writeLong(-1);
    }

    private void send(final DataOutputStream out, final Backup.Item item, final Path file) throws IOException {
        out.writeUTF(item.path());
        out.writeLong(item.bytes());
        out.writeUTF(item.crc32c());
        final byte[] block = new byte[BLOCK_BYTES];
        try (InputStream in = Files.newInputStream(file)) {
            for (long left = item.bytes(); left > 0;) {
                final int length = in.readNBytes(block, 0, (int) Math.min(block.length, left));
                if (length == 0) {
                    throw new IOException(file + " is shorter than it was");
                }
                if (isZero(block, length)) {
                    out.writeInt(-length);
                } else {
                    out.writeInt(length);
                    out.write(block, 0, length);
                }
                left -= length;
                progressNs = System.nanoTime();
            }
        }
    }

    private static boolean isZero(final byte[] block, final int length) {
        for (int i = 0; i < length; i++) {
            if (block[i] != 0) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void close() throws IOException {
        socket.close();
        guard.shutdownNow();
        CloseHelper.quietClose(copying.get());
        try {
            thread.join(STOP_TIMEOUT_MS);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
