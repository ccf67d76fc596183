package bourse.marketdata.grpc;

import bourse.marketdata.receiver.InstrumentFacts;
import bourse.marketdata.receiver.OrderBook;
import bourse.marketdata.recovery.PublishedBooks;
import bourse.reference.v1.GetInstrumentRequest;
import bourse.reference.v1.GetInstrumentResponse;
import bourse.reference.v1.Instrument;
import bourse.reference.v1.ListInstrumentsRequest;
import bourse.reference.v1.ListInstrumentsResponse;
import bourse.reference.v1.ReferenceGrpc;
import io.grpc.stub.StreamObserver;

/**
 * {@code bourse.reference.v1.Reference} for clients of the feed alone: what the feed says about the instruments. What the feed does not say (fees, limits of risk) is
 * empty; a gateway has it. Thread: gRPC's, then the agent's.
 */
final class FeedReference extends ReferenceGrpc.ReferenceImplBase {
    private final PublishedBooks feed;
    private final int shard;
    private final AgentCalls calls;

    FeedReference(final PublishedBooks feed, final int shard, final AgentCalls calls) {
        this.feed = feed;
        this.shard = shard;
        this.calls = calls;
    }

    /** Runs a call on the agent's thread, or refuses it. */
    interface AgentCalls {
        void hand(StreamObserver<?> observer, Runnable call);
    }

    @Override
    public void listInstruments(final ListInstrumentsRequest request, final StreamObserver<ListInstrumentsResponse> observer) {
        calls.hand(observer, () -> {
            final ListInstrumentsResponse.Builder all = ListInstrumentsResponse.newBuilder();
            for (final OrderBook book : feed.books().all()) {
                if (book.facts().isDefined()) {
                    all.addInstruments(instrument(book));
                }
            }
            observer.onNext(all.build());
            observer.onCompleted();
        });
    }

    @Override
    public void getInstrument(final GetInstrumentRequest request, final StreamObserver<GetInstrumentResponse> observer) {
        if (request.getKeyCase() == GetInstrumentRequest.KeyCase.KEY_NOT_SET) {
            observer.onError(Refusals.invalid("key: not set (expected: instrument_id or symbol)"));
            return;
        }
        calls.hand(observer, () -> {
            for (final OrderBook book : feed.books().all()) {
                if (book.facts().isDefined()
                    && (request.hasSymbol() ? book.facts().symbol().equals(request.getSymbol()) : book.instrumentId() == request.getInstrumentId())) {
                    observer.onNext(GetInstrumentResponse.newBuilder().setInstrument(instrument(book)).build());
                    observer.onCompleted();
                    return;
                }
            }
            observer.onError(request.hasSymbol() ? Refusals.unknownSymbol(request.getSymbol()) : Refusals.unknownInstrument(request.getInstrumentId()));
        });
    }

    private Instrument instrument(final OrderBook book) {
        final InstrumentFacts facts = book.facts();
        return Instrument.newBuilder().setInstrumentId(book.instrumentId()).setSymbol(facts.symbol()).setShard(shard)
            .setPriceDecimals(facts.priceDecimals()).setQuantityDecimals(facts.quantityDecimals())
            .setTickSize(facts.tickSize()).setLotSize(facts.lotSize()).setMinPrice(facts.minPrice()).setMaxPrice(facts.maxPrice())
            .setReferencePrice(facts.referencePrice()).setBaseAsset(facts.baseAsset()).setQuoteAsset(facts.quoteAsset())
            .setState(FeedProto.state(facts.state())).build();
    }
}
