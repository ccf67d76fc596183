package bourse.services.replay;

import java.io.BufferedReader;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/** Opens text files, plain or gzip: on reading the content decides, on writing the name. */
final class TextLines {
    private static final int BUFFER_BYTES = 1 << 16;

    private TextLines() {
    }

    static BufferedReader reader(final Path file) throws IOException {
        final InputStream raw = new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES);
        raw.mark(2);
        final int first = raw.read();
        final int second = raw.read();
        raw.reset();
        final boolean gzip = first == 0x1f && second == 0x8b;
        final InputStream text = gzip ? new GZIPInputStream(raw, BUFFER_BYTES) : raw;
        return new BufferedReader(new InputStreamReader(text, StandardCharsets.UTF_8), BUFFER_BYTES);
    }

    static Writer writer(final Path file) throws IOException {
        final var raw = Files.newOutputStream(file);
        final var bytes = file.toString().endsWith(".gz") ? new GZIPOutputStream(raw, BUFFER_BYTES) : raw;
        return new java.io.BufferedWriter(new OutputStreamWriter(bytes, StandardCharsets.UTF_8), BUFFER_BYTES);
    }
}
