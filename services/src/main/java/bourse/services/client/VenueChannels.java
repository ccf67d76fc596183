package bourse.services.client;

import io.grpc.ChannelCredentials;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.TlsChannelCredentials;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** Opens channels to a venue. A channel connects by itself, again and again, and is shared by any number of calls. */
public final class VenueChannels {
    /** Largest message that a feed or a session sends: snapshots of large books. */
    private static final int MAX_INBOUND_BYTES = 64 << 20;
    private static final long KEEPALIVE_SECONDS = 20;

    private VenueChannels() {
    }

    /** Without encryption: for the same machine or a private network. */
    public static ManagedChannel plaintext(final String address) {
        return open(address, InsecureChannelCredentials.create(), false);
    }

    /**
     * Callbacks run on the network thread: faster, and nothing in them may block.
     *
     * @see #plaintext
     */
    public static ManagedChannel plaintextDirect(final String address) {
        return open(address, InsecureChannelCredentials.create(), true);
    }

    /**
     * Encrypted.
     *
     * @param authority   PEM of the certificates that may sign the venue's; null = those that the JDK trusts
     * @param certificate PEM of the client's own chain; null = none, with its {@code key}
     */
    public static ManagedChannel tls(final String address, final Path authority, final Path certificate, final Path key)
            throws IOException {
        final TlsChannelCredentials.Builder credentials = TlsChannelCredentials.newBuilder();
        if (authority != null) {
            credentials.trustManager(authority.toFile());
        }
        if (certificate != null) {
            credentials.keyManager(certificate.toFile(), key.toFile());
        }
        return open(address, credentials.build(), false);
    }

    private static ManagedChannel open(final String address, final ChannelCredentials credentials, final boolean direct) {
        if (!address.matches(".+:\\d{1,5}")) {
            throw new IllegalArgumentException("address: \"" + address + "\" (expected: host:port)");
        }
        final ManagedChannelBuilder<?> builder = Grpc.newChannelBuilder(address, credentials)
                .maxInboundMessageSize(MAX_INBOUND_BYTES)
                .keepAliveTime(KEEPALIVE_SECONDS, TimeUnit.SECONDS)
                .disableRetry();
        if (direct) {
            builder.directExecutor();
        }
        return builder.build();
    }
}
