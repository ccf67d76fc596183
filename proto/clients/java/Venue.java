import bourse.marketdata.v1.Depth;
import bourse.marketdata.v1.MarketDataGrpc;
import bourse.marketdata.v1.SubscribeRequest;
import bourse.marketdata.v1.SubscribeResponse;
import bourse.reference.v1.GetInstrumentRequest;
import bourse.reference.v1.Instrument;
import bourse.reference.v1.ReferenceGrpc;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.stub.AbstractStub;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;

/** Where a venue is, by the environment: BOURSE_ORDERS, BOURSE_FEED, BOURSE_TOKEN. */
final class Venue implements AutoCloseable {
    final ManagedChannel orders = channel("BOURSE_ORDERS", "127.0.0.1:7301");
    final ManagedChannel feed = channel("BOURSE_FEED", "127.0.0.1:7302");
    final String token = System.getenv().getOrDefault("BOURSE_TOKEN", "");

    private static ManagedChannel channel(final String variable, final String otherwise) {
        return Grpc.newChannelBuilder(System.getenv().getOrDefault(variable, otherwise), InsecureChannelCredentials.create()).build();
    }

    /** A stub whose calls carry the token. */
    <S extends AbstractStub<S>> S loggedIn(final S stub) {
        return with(stub, token);
    }

    static <S extends AbstractStub<S>> S with(final S stub, final String token) {
        final Metadata metadata = new Metadata();
        metadata.put(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + token);
        return stub.withInterceptors(MetadataUtils.newAttachHeadersInterceptor(metadata));
    }

    Instrument instrument(final String symbol) {
        return loggedIn(ReferenceGrpc.newBlockingStub(orders)).getInstrument(GetInstrumentRequest.newBuilder().setSymbol(symbol).build()).getInstrument();
    }

    /** A book that follows the feed from now on. */
    Book watch(final int instrumentId) {
        final Book book = new Book();
        loggedIn(MarketDataGrpc.newStub(feed)).subscribe(SubscribeRequest.newBuilder().addInstrumentIds(instrumentId).setDepth(Depth.DEPTH_ORDERS).build(),
            new StreamObserver<>() {
                @Override
                public void onNext(final SubscribeResponse update) {
                    book.apply(update);
                }

                @Override
                public void onError(final Throwable end) {
                }

                @Override
                public void onCompleted() {
                }
            });
        return book;
    }

    @Override
    public void close() {
        orders.shutdownNow();
        feed.shutdownNow();
    }
}
