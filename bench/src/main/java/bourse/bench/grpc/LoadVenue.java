package bourse.bench.grpc;

import bourse.admin.v1.AddInstrumentRequest;
import bourse.admin.v1.AdminGrpc;
import bourse.gateway.auth.KeyFile;
import bourse.gateway.auth.Right;
import bourse.gateway.auth.TokenMinter;
import bourse.reference.v1.Instrument;
import bourse.reference.v1.TradingState;
import bourse.services.client.BearerToken;
import bourse.services.client.OwnVenue;
import bourse.services.client.VenueChannels;
import io.grpc.CallCredentials;
import io.grpc.ManagedChannel;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** A venue to put load on: one of its own in a child process, or a running one. Blocking calls. */
public final class LoadVenue implements AutoCloseable {
    public static final int ACCOUNT = 1;

    /**
     * Which venue.
     *
     * @param address    order entry of a running venue; null = one of its own, here and below
     * @param admin      its administration
     * @param token      that may trade, read and administer
     * @param layout     of a venue of its own: {@code one} process and engine thread, {@code ordinary} threads, or {@code three} processes
     * @param sync       what an acknowledged order survives: {@code process} or {@code power}
     * @param jvmOptions of a venue of its own
     */
    record Place(String address, String admin, String token, String layout, String sync, List<String> jvmOptions, List<String> settings) {
    }

    private final OwnVenue own;
    private final String orderEntry;
    private final String admin;
    private final CallCredentials credentials;
    private final List<ManagedChannel> channels = new ArrayList<>();

    private LoadVenue(final OwnVenue own, final String orderEntry, final String admin, final CallCredentials credentials) {
        this.own = own;
        this.orderEntry = orderEntry;
        this.admin = admin;
        this.credentials = credentials;
    }

    static LoadVenue open(final Place place) throws IOException, InterruptedException {
        if (place.address != null) {
            return new LoadVenue(null, place.address, place.admin, new BearerToken(place.token));
        }
        final List<String> settings = new ArrayList<>(place.settings);
        settings.add("engine.layout=" + switch (place.layout) {
            case "one", "three" -> "one-thread";
            case "ordinary" -> "ordinary";
            default -> throw new IllegalArgumentException("layout: " + place.layout + " (expected: one, ordinary, three)");
        });
        settings.add("engine.sync=" + place.sync.toLowerCase(Locale.ROOT));
        final OwnVenue own = "three".equals(place.layout) ? OwnVenue.startThree(place.jvmOptions, settings)
                : OwnVenue.start(place.jvmOptions, settings);
        final String token = new TokenMinter(KeyFile.openOrCreate(own.data())).mint("bourse-bench", ACCOUNT,
                EnumSet.allOf(Right.class), new int[0], Duration.ofHours(12));
        return new LoadVenue(own, own.endpoints().orderEntry(), own.endpoints().admin(), new BearerToken(token));
    }

    /** A channel of its own whose callbacks run on its network thread. */
    ManagedChannel channel() {
        final ManagedChannel channel = VenueChannels.plaintextDirect(orderEntry);
        channels.add(channel);
        return channel;
    }

    CallCredentials credentials() {
        return credentials;
    }

    /** Creates instruments with empty books; returns their ids. */
    int[] createInstruments(final int count) {
        return createInstruments(0, count);
    }

    /** On that shard. */
    int[] createInstruments(final int shard, final int count) {
        final ManagedChannel channel = VenueChannels.plaintext(admin);
        channels.add(channel);
        return createInstruments(channel, credentials, shard, count);
    }

    /** The same by a channel to the administration of any venue. Names are unique within the second. */
    public static int[] createInstruments(final ManagedChannel channel, final CallCredentials credentials, final int count) {
        return createInstruments(channel, credentials, 0, count);
    }

    private static int[] createInstruments(final ManagedChannel channel, final CallCredentials credentials, final int shard, final int count) {
        final AdminGrpc.AdminBlockingStub stub = AdminGrpc.newBlockingStub(channel).withCallCredentials(credentials);
        final long name = System.currentTimeMillis() / 100 % 1_000_000_000L;
        final int[] ids = new int[count];
        for (int i = 0; i < count; i++) {
            ids[i] = stub.withDeadlineAfter(10, TimeUnit.SECONDS).addInstrument(AddInstrumentRequest.newBuilder()
                    .setInstrument(Instrument.newBuilder().setShard(shard).setSymbol("B" + Long.toString(name, 36) + "-" + shard + "-" + i).setTickSize(1).setLotSize(1).setMinPrice(1)
                            .setMaxPrice(1L << 40).setMaxQuantity(1L << 31).setState(TradingState.TRADING_STATE_CONTINUOUS)).build())
                    .getInstrument().getInstrumentId();
        }
        return ids;
    }

    /** Probes of the venue's processes; null when they are not ours. */
    ProcessProbes probe() throws IOException {
        return own == null ? null : ProcessProbes.of(own.processes());
    }

    String orderEntry() {
        return orderEntry;
    }

    @Override
    public void close() {
        channels.forEach(ManagedChannel::shutdownNow);
        if (own != null) {
            own.close();
        }
    }
}
