package bourse.services.node;

import bourse.services.client.VenueEndpoints;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.TreeMap;

/** The file in which the processes of a venue write down where they listen: each adds its own doors to the others'. */
final class EndpointsFile {
    private EndpointsFile() {
    }

    /** @param leads the process by which the venue is known: its number, its health */
    static void publish(final Path dataDir, final VenueEndpoints own, final boolean leads) throws IOException {
        Files.createDirectories(dataDir);
        try (FileChannel channel = FileChannel.open(dataDir.resolve("endpoints.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
             FileLock ignored = channel.lock()) {
            final boolean isWhole = own.orderEntry() != null && own.marketData() != null;
            final boolean isFirst = !Files.exists(dataDir.resolve(VenueEndpoints.FILE_NAME));
            (isWhole || isFirst ? own : merged(own, VenueEndpoints.read(dataDir), leads)).write(dataDir);
        }
    }

    private static VenueEndpoints merged(final VenueEndpoints own, final VenueEndpoints others, final boolean leads) {
        return new VenueEndpoints(
            leads || others.orderEntry() == null ? own.pid() : others.pid(),
            either(own.orderEntry(), others.orderEntry()),
            either(own.admin(), others.admin()),
            either(own.marketData(), others.marketData()),
            either(own.web(), others.web()),
            leads || others.telemetry() == null ? own.telemetry() : others.telemetry(),
            own.tls() || others.tls(),
            own.tokenKeyFile(),
            either(own.multicast(), others.multicast()),
            both(own.processes(), others.processes()),
            either(own.shards(), others.shards()));
    }

    private static Map<String, String> both(final Map<String, String> own, final Map<String, String> others) {
        final Map<String, String> all = new TreeMap<>(others == null ? Map.of() : others);
        all.remove("venue");
        all.putAll(own);
        return all;
    }

    private static <T> T either(final T own, final T other) {
        return own != null ? own : other;
    }
}
