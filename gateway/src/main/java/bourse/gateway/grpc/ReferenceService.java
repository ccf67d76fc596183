package bourse.gateway.grpc;

import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;

import bourse.gateway.refusal.RichStatus;
import bourse.gateway.session.EngineLane;
import bourse.gateway.session.EngineLanes;
import bourse.gateway.session.GatewayAgent;
import bourse.reference.v1.GetInstrumentRequest;
import bourse.reference.v1.GetInstrumentResponse;
import bourse.reference.v1.Instrument;
import bourse.reference.v1.ListInstrumentsRequest;
import bourse.reference.v1.ListInstrumentsResponse;
import bourse.reference.v1.ReferenceGrpc;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;

/** What is traded on any shard of this gateway, as the event streams say. Thread: network, then the agents. */
final class ReferenceService extends ReferenceGrpc.ReferenceImplBase {
    private final EngineLanes lanes;
    private final UnaryCalls calls;

    ReferenceService(final EngineLanes lanes) {
        this.lanes = lanes;
        calls = new UnaryCalls(lanes);
    }

    @Override
    public void listInstruments(final ListInstrumentsRequest request, final StreamObserver<ListInstrumentsResponse> observer) {
        calls.askAll(observer, GatewayAgent::instruments, byShard -> {
            final ListInstrumentsResponse.Builder response = ListInstrumentsResponse.newBuilder();
            byShard.values().stream().flatMap(List::stream).sorted(Comparator.comparingInt(Instrument::getInstrumentId)).forEach(response::addInstruments);
            lanes.all().stream().map(EngineLane::shard).filter(shard -> !byShard.containsKey(shard)).forEach(response::addMissingShards);
            UnaryCalls.answer(observer, response.build());
        });
    }

    @Override
    public void getInstrument(final GetInstrumentRequest request, final StreamObserver<GetInstrumentResponse> observer) {
        if (request.getKeyCase() == GetInstrumentRequest.KeyCase.KEY_NOT_SET) {
            UnaryCalls.invalid(observer, "key", "not set (expected: instrument_id or symbol)");
            return;
        }
        calls.askAll(observer, agent -> find(agent, request),
            byShard -> UnaryCalls.answer(observer, GetInstrumentResponse.newBuilder().setInstrument(only(request, byShard)).build()));
    }

    /** As a list: none or one. */
    private static List<Instrument> find(final GatewayAgent agent, final GetInstrumentRequest request) {
        if (request.hasSymbol()) {
            return agent.instruments().stream().filter(one -> one.getSymbol().equals(request.getSymbol())).limit(1).toList();
        }
        final Instrument found = agent.instrument(request.getInstrumentId());
        return found == null ? List.of() : List.of(found);
    }

    private Instrument only(final GetInstrumentRequest request, final SortedMap<Integer, List<Instrument>> byShard) {
        final String missing = "no such instrument: " + (request.hasSymbol() ? request.getSymbol() : Integer.toUnsignedString(request.getInstrumentId()));
        return byShard.values().stream().flatMap(List::stream).findFirst().orElseThrow(() -> {
            final RichStatus unknown = calls.unlessAllKnown(byShard.keySet(), missing);
            return (unknown != null ? unknown : RichStatus.of(Status.Code.NOT_FOUND, RichStatus.UNKNOWN, missing)).toException();
        });
    }
}
