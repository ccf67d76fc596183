package bourse.gateway.audit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

import org.agrona.concurrent.ManyToOneConcurrentArrayQueue;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who did what, appended to files whose lines are chained by hash ({@link AuditFormat}) and carry the log position that the gateway had come to. Written and
 * synced to disk by one thread of its own within some 20 ms; whoever records something never waits. Bounded: {@link Terms#maxFiles()} files of about
 * {@link Terms#maxFileBytes()}, the oldest goes; a queue of {@value #QUEUE}, beyond which records are lost and the next one says how many; refusals beyond
 * {@value #REFUSALS_PER_SECOND} a second are counted and not written, so that a flood of them cannot push everything else out. A line that a crash left torn is cut off at the
 * next start, which is recorded.
 */
public final class AuditLog implements AuditSink, AutoCloseable {
    /** How much is kept. */
    public record Terms(long maxFileBytes, int maxFiles) {
        public Terms {
            if (maxFileBytes < 4_096 || maxFiles < 2) {
                throw new IllegalArgumentException("maxFileBytes: " + maxFileBytes + ", maxFiles: " + maxFiles + " (expected: 4096 or more, 2 or more)");
            }
        }
    }

    static final int QUEUE = 8_192;
    static final int REFUSALS_PER_SECOND = 100;

    private static final Logger LOG = LoggerFactory.getLogger(AuditLog.class);
    private static final long IDLE_NS = 20_000_000L;
    private static final long SECOND_NS = 1_000_000_000L;
    private static final int MAX_TEXT = 1_000;

    private record Queued(Instant time, long logPosition, Entry entry) {
    }

    private final Path folder;
    private final Terms terms;
    private final InstantSource clock;
    private final LongSupplier logPosition;
    private final ManyToOneConcurrentArrayQueue<Queued> queue = new ManyToOneConcurrentArrayQueue<>(QUEUE);
    private final LongAdder lost = new LongAdder();
    private final FileChannel lockFile;
    private final FileLock lock;
    private final Thread writer = new Thread(this::run, "audit");
    private volatile boolean isClosing;
    private volatile long records;
    private volatile String failure;

    // ---- the writer's own
    private FileChannel file;
    private int fileNumber;
    private long fileBytes;
    private long seq;
    private long lastLogPosition;
    private String hash = AuditFormat.GENESIS;
    private long refusalsUntilNs;
    private int refusals;
    private long suppressed;
    private long lostTold;

    /**
     * Takes the folder, made if it is not there, and goes on after its last line.
     *
     * @param logPosition of the engine's log, as far as this process knows; asked on any thread
     */
    public AuditLog(final Path folder, final Terms terms, final InstantSource clock, final LongSupplier logPosition) throws IOException {
        this.folder = folder;
        this.terms = terms;
        this.clock = clock;
        this.logPosition = logPosition;
        Files.createDirectories(folder);
        lockFile = FileChannel.open(folder.resolve("audit.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        lock = lockFile.tryLock();
        if (lock == null) {
            lockFile.close();
            throw new IOException(folder + ": another process writes the audit log here (expected: a folder for each gateway, gateway.audit.dir)");
        }
        final long torn = goOn();
        refusalsUntilNs = System.nanoTime() + SECOND_NS;
        write(entry("opened", torn == 0 ? Map.of() : Map.of("tornBytes", Long.toString(torn))));
        file.force(false);
        writer.setDaemon(true);
        writer.start();
    }

    private static Entry entry(final String action, final Map<String, String> details) {
        return new Entry(action, "", 0, "", Entry.OK, details);
    }

    @Override
    public void record(final Entry entry) {
        if (!queue.offer(new Queued(clock.instant(), logPosition.getAsLong(), entry))) {
            lost.increment();
        }
    }

    /** Lines written since the start. */
    public long records() {
        return records;
    }

    /** Records that found the queue full, or the disk. */
    public long lost() {
        return lost.sum();
    }

    /** Why nothing is written any more; null = it is. */
    public String failure() {
        return failure;
    }

    // ------------------------------------------------------------------------------------------ the writer

    private void run() {
        while (true) {
            final boolean isLast = isClosing;
            try {
                if (drain() > 0) {
                    file.force(false);
                } else if (isLast) {
                    return;
                } else {
                    LockSupport.parkNanos(IDLE_NS);
                }
            } catch (final IOException e) {
                failure = e.toString();
                LOG.error("the audit log is not written any more: {}", e.toString());
                return;
            }
        }
    }

    private int drain() throws IOException {
        int written = 0;
        for (Queued next = queue.poll(); next != null; next = queue.poll()) {
            if (isFlood(next.entry)) {
                suppressed++;
            } else {
                write(next.time, next.logPosition, next.entry);
                written++;
            }
        }
        if (suppressed > 0 && System.nanoTime() - refusalsUntilNs >= 0) {
            write(entry("suppressed", Map.of("refusals", Long.toString(suppressed))));
            suppressed = 0;
            written++;
        }
        final long lostNow = lost.sum();
        if (lostNow > lostTold) {
            write(entry("lost", Map.of("records", Long.toString(lostNow - lostTold))));
            lostTold = lostNow;
            written++;
        }
        return written;
    }

    private boolean isFlood(final Entry entry) {
        if (!"refused".equals(entry.action())) {
            return false;
        }
        final long nowNs = System.nanoTime();
        if (nowNs - refusalsUntilNs >= 0) {
            refusalsUntilNs = nowNs + SECOND_NS;
            refusals = 0;
        }
        return ++refusals > REFUSALS_PER_SECOND;
    }

    private void write(final Entry entry) throws IOException {
        write(clock.instant(), logPosition.getAsLong(), entry);
    }

    private void write(final Instant time, final long position, final Entry entry) throws IOException {
        if (file == null || fileBytes >= terms.maxFileBytes()) {
            nextFile();
        }
        lastLogPosition = Math.max(lastLogPosition, position);
        final StringBuilder json = new StringBuilder(256);
        json.append("{\"seq\":").append(++seq).append(",\"time\":\"").append(time).append("\",\"logPosition\":").append(lastLogPosition)
            .append(",\"action\":");
        text(json, entry.action());
        json.append(",\"subject\":");
        text(json, entry.subject());
        json.append(",\"account\":").append(entry.account() & 0xFFFF_FFFFL).append(",\"address\":");
        text(json, entry.address());
        json.append(",\"outcome\":");
        text(json, entry.outcome());
        new TreeMap<>(entry.details()).forEach((name, value) -> {
            json.append(',');
            text(json, "detail." + name);
            json.append(':');
            text(json, value);
        });
        final String content = json.toString();
        hash = AuditFormat.hash(hash, content);
        final byte[] bytes = (AuditFormat.line(content, hash) + "\n").getBytes(StandardCharsets.UTF_8);
        final ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            file.write(buffer);
        }
        fileBytes += bytes.length;
        records++;
    }

    private static void text(final StringBuilder json, final String text) {
        AuditFormat.quote(json, text.length() > MAX_TEXT ? text.substring(0, MAX_TEXT) : text);
    }

    // ------------------------------------------------------------------------------------------ files

    private void nextFile() throws IOException {
        if (file != null) {
            file.force(true);
            file.close();
        }
        fileNumber++;
        file = FileChannel.open(folder.resolve(AuditFormat.fileName(fileNumber)), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        fileBytes = 0;
        final List<Path> files = filesOf(folder);
        for (int i = 0; i < files.size() - terms.maxFiles(); i++) {
            Files.deleteIfExists(files.get(i));
        }
    }

    /** Oldest first. */
    static List<Path> filesOf(final Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(one -> AuditFormat.fileNumber(one.getFileName().toString()) >= 0)
                .sorted((left, right) -> Integer.compare(AuditFormat.fileNumber(left.getFileName().toString()),
                    AuditFormat.fileNumber(right.getFileName().toString()))).toList();
        }
    }

    /** Finds the last whole line, cuts off what stands behind it; returns how many bytes that was. */
    private long goOn() throws IOException {
        final List<Path> files = filesOf(folder);
        if (files.isEmpty()) {
            nextFile();
            return 0;
        }
        final Path last = files.getLast();
        fileNumber = AuditFormat.fileNumber(last.getFileName().toString());
        final byte[] bytes = Files.readAllBytes(last);
        int end = bytes.length;
        AuditFormat.Line line = null;
        while (end > 0 && line == null) {
            int begin = end - 1;
            final boolean isWhole = bytes[end - 1] == '\n';
            while (begin > 0 && bytes[begin - 1] != '\n') {
                begin--;
            }
            line = isWhole ? AuditFormat.parse(new String(bytes, begin, end - 1 - begin, StandardCharsets.UTF_8)) : null;
            end = line == null ? begin : end;
        }
        if (line != null) {
            seq = line.seq();
            hash = line.hash();
            lastLogPosition = line.logPosition();
        } else if (files.size() > 1) {
            final List<String> before = Files.readAllLines(files.get(files.size() - 2));
            final AuditFormat.Line previous = before.isEmpty() ? null : AuditFormat.parse(before.getLast());
            if (previous != null) {
                seq = previous.seq();
                hash = previous.hash();
                lastLogPosition = previous.logPosition();
            }
        }
        file = FileChannel.open(last, StandardOpenOption.WRITE);
        file.truncate(end);
        file.position(end);
        fileBytes = end;
        return bytes.length - end;
    }

    /** Writes what is queued and ends. */
    @Override
    public void close() {
        record(entry("closed", Map.of()));
        isClosing = true;
        LockSupport.unpark(writer);
        try {
            writer.join(5_000);
            file.close();
            lock.release();
            lockFile.close();
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (final IOException e) {
            LOG.warn("the audit log is not closed: {}", e.toString());
        }
    }
}
