package bourse.services.client;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;

/**
 * Where a running venue listens: the file {@value #FILE_NAME} in its data directory, written when everything listens and read by the
 * commands that find a venue by themselves.
 *
 * @param pid          process that wrote it
 * @param orderEntry   host:port of order entry and reference data; null = not served, here and below
 * @param admin        host:port of the operators' service
 * @param marketData   host:port of the gRPC feed
 * @param web          URL of the page
 * @param telemetry    URL of health and metrics
 * @param tls          order entry and administration are encrypted
 * @param tokenKeyFile secret that signs tokens, for commands on the same machine
 * @param multicast    where the multicast feed is sent
 * @param processes    URL of health and metrics of each process, by the part that it is, or {@code venue} when it is all; null = told by a release before
 * @param shards       where the data directories of the engines are that a gateway of several serves, by number; null = it is of one
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record VenueEndpoints(long pid, String orderEntry, String admin, String marketData, String web, String telemetry, boolean tls,
                             String tokenKeyFile, Multicast multicast, Map<String, String> processes, Map<Integer, String> shards) {
    /**
     * Each {@code group:port}, but for the interface.
     *
     * @param lineA            increments
     * @param lineB            the same once more
     * @param snapshots        cyclic snapshots
     * @param recovery         unicast address that takes re-requests
     * @param interfaceAddress address of the local interface that carries the groups
     */
    public record Multicast(String lineA, String lineB, String snapshots, String recovery, String interfaceAddress) {
    }

    public static final String FILE_NAME = "endpoints.json";

    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * Reads the file of a data directory.
     *
     * @throws IOException when there is none or it isn't one; the message says what to do
     */
    public static VenueEndpoints read(final Path dataDir) throws IOException {
        final Path file = dataDir.resolve(FILE_NAME);
        if (!Files.exists(file)) {
            throw new IOException(file + ": no such file (expected: the data directory of a running venue; `bourse run` makes one)");
        }
        return JSON.readValue(file.toFile(), VenueEndpoints.class);
    }

    /** Writes the file as a whole: a reader sees the old one or the new one. */
    public void write(final Path dataDir) throws IOException {
        final Path next = Files.createTempFile(dataDir, FILE_NAME, ".new");
        JSON.writerWithDefaultPrettyPrinter().writeValue(next.toFile(), this);
        Files.move(next, dataDir.resolve(FILE_NAME), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
