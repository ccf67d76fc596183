package bourse.bench.cli;

import bourse.bench.stream.CommandStream;
import bourse.bench.stream.StreamGenerator;
import bourse.bench.stream.StreamResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Which stream of commands a rung sends: a recorded one, or one of its own in a temporary file; a picocli {@code @Mixin}. */
public final class StreamOptions implements AutoCloseable {
    @Option(names = "--stream", paramLabel = "FILE", description = "A recorded stream (it begins with MEBENCH1).")
    private Path stream;

    @Option(names = "--live", defaultValue = "1000", description = "Live orders of a stream of its own (default: ${DEFAULT-VALUE}).")
    private int live;

    @Option(names = "--mean-distance", defaultValue = "0",
        description = "Mean distance of passive orders from the mid, in ticks (default: 50; 500 from 100,000 live orders on; 5,000 from a million on).")
    private double meanDistance;

    @Option(names = "--measured", defaultValue = "3000000",
        description = "Commands of a stream of its own, after the prefill (default: ${DEFAULT-VALUE}).")
    private int measured;

    @Option(names = "--seed", defaultValue = "42", description = "Seed of a stream of its own (default: ${DEFAULT-VALUE}).")
    private long seed;

    private Path own;
    private CommandStream open;
    private StreamResult result;

    /** Opens the stream; makes it first when none was named. */
    public CommandStream open() throws IOException {
        if (stream == null) {
            own = Files.createTempFile("bourse-stream", ".bin");
            result = write(own);
        }
        open = CommandStream.open(stream == null ? own : stream);
        return open;
    }

    /** Where the open stream is. */
    public Path file() {
        return stream == null ? own : stream;
    }

    /** Writes a stream of its own. */
    public StreamResult write(final Path file) throws IOException {
        return StreamGenerator.write(file, live, distance(), measured, seed);
    }

    /** What the stream leads to; null when it was only read. */
    public StreamResult result() {
        return result;
    }

    /** Seed of a stream of its own. */
    public long seed() {
        return seed;
    }

    /** Commands of a stream of its own. */
    public long commands() {
        return (long) live + measured;
    }

    /** For reports. */
    public String name() {
        return stream != null ? stream.getFileName().toString() : "generated " + live + "/" + Math.round(distance()) + "/" + seed;
    }

    private double distance() {
        if (meanDistance > 0) {
            return meanDistance;
        }
        return live >= 1_000_000 ? 5_000 : live >= 100_000 ? 500 : 50;
    }

    @Override
    public void close() throws IOException {
        if (open != null) {
            open.close();
        }
        if (own != null) {
            Files.deleteIfExists(own);
        }
    }
}
