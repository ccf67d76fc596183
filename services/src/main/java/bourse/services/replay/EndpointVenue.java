package bourse.services.replay;

import bourse.gateway.auth.Right;
import bourse.services.client.BearerToken;
import bourse.services.client.VenueChannels;
import bourse.services.client.VenueEndpoints;
import io.grpc.CallCredentials;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** A venue by its endpoints, and who may sign for whom. Any thread. */
public final class EndpointVenue implements ReplayVenue {
    /** Gives the token of an account with some rights; asked at every call, so that a long replay does not outlive its token. */
    @FunctionalInterface
    public interface Tokens {
        String token(int account, Set<Right> rights);
    }

    private final ManagedChannel orderEntry;
    private final ManagedChannel marketData;
    private final ManagedChannel admin;
    private final Tokens tokens;
    private final int operatorAccount;

    /** @param authority PEM of the certificates that may sign the venue's, for an encrypted one; null = those that the JDK trusts */
    public EndpointVenue(final VenueEndpoints endpoints, final Path authority, final Tokens tokens, final int operatorAccount)
            throws IOException {
        this.tokens = tokens;
        this.operatorAccount = operatorAccount;
        if (endpoints.orderEntry() == null || endpoints.marketData() == null) {
            throw new IOException("the venue serves order entry at " + endpoints.orderEntry() + " and market data at "
                    + endpoints.marketData() + " (expected: both)");
        }
        orderEntry = open(endpoints.orderEntry(), endpoints.tls(), authority);
        marketData = VenueChannels.plaintext(endpoints.marketData());
        admin = endpoints.admin() == null ? null : open(endpoints.admin(), endpoints.tls(), authority);
    }

    private static ManagedChannel open(final String address, final boolean tls, final Path authority) throws IOException {
        return tls ? VenueChannels.tls(address, authority, null, null) : VenueChannels.plaintext(address);
    }

    @Override
    public Channel orderEntry() {
        return orderEntry;
    }

    @Override
    public Channel marketData() {
        return marketData;
    }

    @Override
    public Channel admin() {
        return admin;
    }

    @Override
    public CallCredentials trader(final int account) {
        return new BearerToken(() -> tokens.token(account, EnumSet.of(Right.TRADE, Right.READ)));
    }

    @Override
    public CallCredentials operator() {
        return new BearerToken(() -> tokens.token(operatorAccount, EnumSet.of(Right.ADMIN, Right.READ)));
    }

    @Override
    public void close() {
        for (final ManagedChannel channel : new ManagedChannel[] {orderEntry, marketData, admin}) {
            if (channel != null) {
                channel.shutdownNow();
            }
        }
        try {
            orderEntry.awaitTermination(2, TimeUnit.SECONDS);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
