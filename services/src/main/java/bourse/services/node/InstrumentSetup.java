package bourse.services.node;

import bourse.admin.v1.AddInstrumentRequest;
import bourse.admin.v1.AdminGrpc;
import bourse.gateway.auth.Right;
import bourse.reference.v1.Instrument;
import bourse.reference.v1.ListInstrumentsRequest;
import bourse.reference.v1.ReferenceGrpc;
import bourse.reference.v1.TradingState;
import bourse.services.client.BearerToken;
import bourse.services.client.VenueChannels;
import bourse.services.config.InstrumentConfig;
import bourse.services.config.VenueConfig;
import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsChannelCredentials;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Defines the configured instruments that the venue does not know yet, by its own administration port like any operator. */
final class InstrumentSetup {
    private static final Logger LOG = LoggerFactory.getLogger(InstrumentSetup.class);
    private static final int DEADLINE_SECONDS = 10;

    private InstrumentSetup() {
    }

    /** Once the gateway is ready. What cannot be defined is logged and left out. */
    static void run(final VenueConfig config, final GatewayNode gateway, final List<InstrumentConfig> wanted) {
        if (wanted.isEmpty()) {
            return;
        }
        final BearerToken token = new BearerToken(gateway.minter().mint("venue", 1, EnumSet.allOf(Right.class), new int[0], Duration.ofMinutes(1)));
        try {
            final ManagedChannel orders = channel(config, gateway.orderEntryAddress());
            final ManagedChannel admin = channel(config, gateway.adminAddress());
            try {
                define(wanted, gateway.shards(),
                    ReferenceGrpc.newBlockingStub(orders).withCallCredentials(token).withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS),
                    AdminGrpc.newBlockingStub(admin).withCallCredentials(token).withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS));
            } finally {
                orders.shutdownNow();
                admin.shutdownNow();
            }
        } catch (final StatusRuntimeException | IOException | CertificateException e) {
            LOG.warn("the configured instruments were not looked at ({}); `bourse admin instrument add` defines them", e.getMessage());
        }
    }

    private static void define(
        final List<InstrumentConfig> wanted, final List<Integer> shards, final ReferenceGrpc.ReferenceBlockingStub reference, final AdminGrpc.AdminBlockingStub admin) {
        final Map<String, Instrument> known = new HashMap<>();
        reference.listInstruments(ListInstrumentsRequest.getDefaultInstance()).getInstrumentsList()
            .forEach(instrument -> known.put(instrument.getSymbol(), instrument));
        for (final InstrumentConfig instrument : wanted) {
            final int shard = instrument.shard() == InstrumentConfig.FIRST_SHARD ? shards.getFirst() : instrument.shard();
            final Instrument already = known.get(instrument.symbol());
            if (already != null) {
                if (instrument.shard() != InstrumentConfig.FIRST_SHARD && already.getShard() != shard) {
                    LOG.warn("instrument symbol={} is on shard {}, not on {} as configured: it stays there", instrument.symbol(), already.getShard(), shard);
                }
                continue;
            }
            if (!shards.contains(shard)) {
                LOG.warn("instrument not defined symbol={} reason=shard {} is none of this gateway's, {}", instrument.symbol(), shard, shards);
                continue;
            }
            try {
                final Instrument added = admin.addInstrument(
                    AddInstrumentRequest.newBuilder().setInstrument(message(instrument, shard)).build()).getInstrument();
                LOG.info("instrument defined symbol={} id={} shard={}", added.getSymbol(), added.getInstrumentId(), added.getShard());
            } catch (final StatusRuntimeException e) {
                LOG.warn("instrument not defined symbol={} reason={}", instrument.symbol(), e.getStatus());
            }
        }
    }

    private static Instrument message(final InstrumentConfig instrument, final int shard) {
        return Instrument.newBuilder()
            .setInstrumentId(instrument.instrumentId())
            .setShard(shard)
            .setSymbol(instrument.symbol())
            .setBaseAsset(instrument.baseAsset())
            .setQuoteAsset(instrument.quoteAsset())
            .setPriceDecimals(instrument.priceDecimals())
            .setQuantityDecimals(instrument.quantityDecimals())
            .setTickSize(instrument.tickSize())
            .setLotSize(instrument.lotSize())
            .setMinPrice(instrument.minPrice())
            .setMaxPrice(instrument.maxPrice())
            .setMaxQuantity(instrument.maxQuantity())
            .setMaxNotional(instrument.maxNotional())
            .setPriceBand(instrument.priceBand())
            .setReferencePrice(instrument.referencePrice())
            .setMarketProtection(instrument.marketProtection())
            .setMakerFeeRate(instrument.makerFeeRate())
            .setTakerFeeRate(instrument.takerFeeRate())
            .setRiskChecked(instrument.riskChecked())
            .setState(TradingState.TRADING_STATE_CONTINUOUS)
            .build();
    }

    private static ManagedChannel channel(final VenueConfig config, final String address) throws IOException, CertificateException {
        if (!config.gateway().tls().isOn()) {
            return VenueChannels.plaintext(address);
        }
        final Path certificate = Path.of(config.gateway().tls().certificate());
        return Grpc.newChannelBuilder(address, TlsChannelCredentials.newBuilder().trustManager(certificate.toFile()).build())
            .overrideAuthority(nameIn(certificate)).build();
    }

    /** The certificate is our own: whatever name it has is the right one. */
    private static String nameIn(final Path certificate) throws IOException, CertificateException {
        try (InputStream in = Files.newInputStream(certificate)) {
            final X509Certificate own = (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
            final Collection<List<?>> names = own.getSubjectAlternativeNames();
            if (names == null || names.isEmpty()) {
                throw new CertificateException(certificate + " has no subject alternative name");
            }
            return names.iterator().next().get(1).toString().replace("*", "venue");
        }
    }
}
