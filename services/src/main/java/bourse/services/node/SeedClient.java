package bourse.services.node;

import org.agrona.IoUtil;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/** Asks another member's {@link SeedServer}. Cold. */
final class SeedClient {
    private static final int CONNECT_TIMEOUT_MS = 500;
    private static final int STATE_TIMEOUT_MS = 2_000;
    /** The other side first makes a backup. */
    private static final int COPY_TIMEOUT_MS = 300_000;
    private static final String DRAFT = "log.draft";

    private SeedClient() {
    }

    /** What a member says of itself; null while it does not answer. */
    static SeedState state(final String host, final int port) {
        try (Socket socket = ask(host, port, SeedServer.STATE, STATE_TIMEOUT_MS)) {
            return SeedState.read(new DataInputStream(socket.getInputStream()));
        } catch (final IOException expected) {
            return null;
        }
    }

    /**
     * Takes a member's data as {@code dataDir/log}, which must not be there with anything in it; whole or not at all.
     *
     * @param outsideQuorum even from one that may lack what others acknowledged
     * @return bytes
     */
    static long copy(final String host, final int port, final Path dataDir, final boolean outsideQuorum) throws IOException {
        final Path draft = dataDir.resolve(DRAFT);
        IoUtil.delete(draft.toFile(), true);
        try (Socket socket = ask(host, port, outsideQuorum ? SeedServer.COPY_OUTSIDE_QUORUM : SeedServer.COPY, COPY_TIMEOUT_MS);
             DataInputStream in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), SeedServer.BLOCK_BYTES))) {
            SeedState.read(in);
            long bytes = 0;
            for (String path = in.readUTF(); !path.isEmpty(); path = in.readUTF()) {
                final long length = in.readLong();
                if (length < 0) {
                    throw new IOException(path);
                }
                final Path file = draft.resolve(path).normalize();
                if (!file.startsWith(draft)) {
                    throw new IOException("unexpected file " + path);
                }
                receive(in, file, length);
                bytes += length;
            }
            final Path log = dataDir.resolve("log");
            IoUtil.delete(log.toFile(), true);
            Files.move(draft.resolve("log"), log);
            return bytes;
        } finally {
            IoUtil.delete(draft.toFile(), true);
        }
    }

    private static void receive(final DataInputStream in, final Path file, final long length) throws IOException {
        final String expected = in.readUTF();
        Files.createDirectories(file.getParent());
        final CRC32C crc = new CRC32C();
        final byte[] block = new byte[SeedServer.BLOCK_BYTES];
        final byte[] zeros = new byte[SeedServer.BLOCK_BYTES];
        try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
            for (long left = length; left > 0;) {
                final int size = in.readInt();
                if (size == 0 || Math.abs((long) size) > Math.min(block.length, left)) {
                    throw new IOException("a block of " + size + " bytes for " + file.getFileName());
                }
                if (size > 0) {
                    in.readFully(block, 0, size);
                    crc.update(block, 0, size);
                    out.write(block, 0, size);
                } else {
                    crc.update(zeros, 0, -size);
                    out.seek(out.getFilePointer() - size);
                }
                left -= Math.abs(size);
            }
            out.setLength(length);
            out.getFD().sync();
        }
        if (!Long.toHexString(crc.getValue()).equals(expected)) {
            throw new IOException(file.getFileName() + " was damaged on the way");
        }
    }

    private static Socket ask(final String host, final int port, final int kind, final int timeoutMs) throws IOException {
        final Socket socket = new Socket();
        try {
            socket.connect(new InetSocketAddress(host, port), CONNECT_TIMEOUT_MS);
            socket.setSoTimeout(timeoutMs);
            final DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            out.writeInt(SeedServer.MAGIC);
            out.writeByte(kind);
            out.flush();
            return socket;
        } catch (final IOException e) {
            socket.close();
            throw e;
        }
    }
}
