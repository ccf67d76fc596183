package bourse.gateway.grpc;

import java.util.List;
import java.util.Map;

import bourse.gateway.GatewayConfig;
import bourse.gateway.auth.Credential;
import bourse.gateway.auth.Right;
import bourse.gateway.ingress.AccountLimits;
import bourse.gateway.ingress.CommandBatchWriter;
import bourse.gateway.ingress.GeneratedCommands;
import bourse.gateway.refusal.RichStatus;
import bourse.gateway.session.AccountQueries;
import bourse.gateway.session.EngineLane;
import bourse.gateway.session.EngineLanes;
import bourse.gateway.session.GatewayAgent;
import bourse.gateway.session.SubmitCall;
import bourse.order.v1.Command;
import bourse.order.v1.Event;
import bourse.order.v1.GetAccountRequest;
import bourse.order.v1.GetAccountResponse;
import bourse.order.v1.ListOpenOrdersRequest;
import bourse.order.v1.ListOpenOrdersResponse;
import bourse.order.v1.MassCancel;
import bourse.order.v1.MassCancelRequest;
import bourse.order.v1.MassCancelResponse;
import bourse.order.v1.OpenOrder;
import bourse.order.v1.OrderEntryGrpc;
import bourse.order.v1.SubmitRequest;
import bourse.order.v1.SubmitResponse;
import bourse.sbe.WireLimits;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;

/** The unary methods of order entry; Session is {@link SessionCall}. Thread: network, then the agent. */
final class OrderEntryService extends OrderEntryGrpc.OrderEntryImplBase {
    private static final int STORAGE_RETRY_MS = 1_000;

    private static final int MAX_PAGE = 1_000;

    private final NetworkThreads threads;
    private final UnaryCalls calls;
    private final GatewayConfig config;
    private final AccountLimits accounts;

    OrderEntryService(final EngineLanes lanes, final GatewayConfig config, final NetworkThreads threads, final AccountLimits accounts) {
        this.config = config;
        this.accounts = accounts;
        this.threads = threads;
        calls = new UnaryCalls(lanes);
    }

    @Override
    public void submit(final SubmitRequest request, final StreamObserver<SubmitResponse> observer) {
        final EngineLane lane = calls.ready(observer, request.getShard());
        if (lane == null) {
            return;
        }
        if (request.getSessionId() <= 0) {
            UnaryCalls.invalid(observer, "session_id", Long.toUnsignedString(request.getSessionId()) + " (expected: 1.." + Long.MAX_VALUE + ")");
            return;
        }
        if (request.getFirstClientSeq() < 0) {
            UnaryCalls.invalid(observer, "first_client_seq", Long.toUnsignedString(request.getFirstClientSeq()) + " (expected: below 2^63)");
            return;
        }
        submit(lane.agent(), request.getSessionId(), request.getFirstClientSeq(), request.getCommandsList(), observer, new SubmitCall.Reply() {
            @Override
            public void outcome(final SubmitCall call, final long asOfSeq) {
                final SubmitResponse.Builder response = SubmitResponse.newBuilder().setFirstClientSeq(call.firstClientSeq())
                    .addAllEvents(call.events()).addAllDuplicates(call.duplicates());
                if (call.notApplied() != null) {
                    response.setNotApplied(call.notApplied());
                }
                UnaryCalls.answer(observer, response.build());
            }

            @Override
            public void refused(final RichStatus status) {
                UnaryCalls.refuse(observer, status);
            }
        });
    }

    private void submit(final GatewayAgent agent, final long sessionId, final long firstClientSeq, final List<Command> commands,
                        final StreamObserver<?> observer, final SubmitCall.Reply reply) {
        final int commandCount = commands.size();
        if (commandCount == 0 || commandCount > WireLimits.MAX_BATCH_COMMANDS) {
            UnaryCalls.invalid(observer, "commands", commandCount + " (expected: 1.." + WireLimits.MAX_BATCH_COMMANDS + ")");
            return;
        }
        final Credential credential = Credential.KEY.get();
        final CommandBatchWriter batch = threads.current().batch;
        batch.begin(credential.instrumentIds());
        GeneratedCommands.append(commands, batch);
        if (batch.isClosed()) {
            UnaryCalls.refuse(observer, RichStatus.of(Status.Code.PERMISSION_DENIED, RichStatus.RIGHT_MISSING, "commands["
                + batch.keptCommands() + "].instrument_id: " + Integer.toUnsignedString(batch.refusedInstrumentId())
                + " (the token does not permit it)", Map.of("instrument_id", Integer.toUnsignedString(batch.refusedInstrumentId()))));
            return;
        }
        if (batch.addsRisk() && !credential.may(Right.TRADE)) {
            UnaryCalls.refuse(observer, RichStatus.of(Status.Code.PERMISSION_DENIED, RichStatus.RIGHT_MISSING,
                "commands: the token permits cancellations and reductions only (expected: the right trade)"));
            return;
        }
        if (batch.addsRisk() && agent.refusesNewOrders()) {
            UnaryCalls.refuse(observer, RichStatus.retryLater(Status.Code.RESOURCE_EXHAUSTED, RichStatus.STORAGE_FULL,
                "the venue's disk is nearly full: new orders wait, cancellations pass", STORAGE_RETRY_MS));
            return;
        }
        final long waitNs = batch.addsRisk() ? accounts.of(credential.account()).rate().take(batch.keptCommands(), agent.clock().nanoTime()) : 0;
        if (waitNs > 0) {
            UnaryCalls.refuse(observer, RichStatus.of(Status.Code.RESOURCE_EXHAUSTED, RichStatus.ORDER_RATE_LIMIT,
                "more than " + config.commandsPerSecond() + " new orders a second of the account; cancellations pass",
                Map.of("what", "new orders a second", "limit", Integer.toString(config.commandsPerSecond())), waitNs / 1_000_000 + 1));
            return;
        }
        final int length = batch.finish(0, credential.account(), sessionId, 0, firstClientSeq, 0);
        final byte[] message = new byte[length - CommandBatchWriter.PREFIX_LENGTH];
        batch.buffer().getBytes(CommandBatchWriter.PREFIX_LENGTH, message);
        if (!agent.submit(new SubmitCall(credential.account(), sessionId, firstClientSeq, commandCount, message, reply,
            agent.clock().nanoTime()))) {
            UnaryCalls.overloaded(observer);
        }
    }

    @Override
    public void massCancel(final MassCancelRequest request, final StreamObserver<MassCancelResponse> observer) {
        final EngineLane lane = calls.ready(observer, request.getShard());
        if (lane == null) {
            return;
        }
        final Command command = Command.newBuilder().setMassCancel(MassCancel.newBuilder().setInstrumentId(request.getInstrumentId())
            .setSideValue(request.getSideValue())).build();
        submit(lane.agent(), SubmitCall.GATEWAYS_SESSION, 0, List.of(command), observer, new SubmitCall.Reply() {
            @Override
            public void outcome(final SubmitCall call, final long asOfSeq) {
                answerMassCancel(call, asOfSeq, observer);
            }

            @Override
            public void refused(final RichStatus status) {
                UnaryCalls.refuse(observer, status);
            }
        });
    }

    private static void answerMassCancel(final SubmitCall call, final long asOfSeq, final StreamObserver<MassCancelResponse> observer) {
        for (final Event event : call.events()) {
            if (event.hasMassCancelled()) {
                UnaryCalls.answer(observer, MassCancelResponse.newBuilder()
                    .setCancelledOrders(event.getMassCancelled().getCancelledOrders()).setAsOfSeq(asOfSeq).build());
                return;
            }
            if (event.hasRejected()) {
                UnaryCalls.refuse(observer, RichStatus.of(Status.Code.INVALID_ARGUMENT, RichStatus.REFUSED, "mass cancel refused: "
                    + event.getRejected().getReason() + ", field " + event.getRejected().getField(),
                    Map.of("reason", event.getRejected().getReason().name(), "field", event.getRejected().getField().name())));
                return;
            }
        }
        UnaryCalls.refuse(observer, RichStatus.of(Status.Code.UNAVAILABLE, RichStatus.REFUSED, "mass cancel was not applied: try again"));
    }

    @Override
    public void listOpenOrders(final ListOpenOrdersRequest request, final StreamObserver<ListOpenOrdersResponse> observer) {
        final EngineLane lane = calls.lane(observer, request.getShard());
        if (lane == null) {
            return;
        }
        final int pageSize = request.getPageSize();
        if (pageSize < 0 || pageSize > MAX_PAGE) {
            UnaryCalls.invalid(observer, "page_size", Integer.toUnsignedString(pageSize) + " (expected: 0.." + MAX_PAGE + ")");
            return;
        }
        final int limit = pageSize == 0 ? MAX_PAGE : pageSize;
        final int account = Credential.KEY.get().account();
        final GatewayAgent agent = lane.agent();
        calls.query(lane, observer, () -> {
            final List<OpenOrder> page = agent.openOrders(account, request.getInstrumentId(), request.getAfterOrderId(), limit + 1);
            final boolean more = page.size() > limit;
            return ListOpenOrdersResponse.newBuilder().addAllOrders(more ? page.subList(0, limit) : page)
                .setAsOfSeq(agent.lastAccountSeq(account)).setMore(more).build();
        });
    }

    @Override
    public void getAccount(final GetAccountRequest request, final StreamObserver<GetAccountResponse> observer) {
        final EngineLane lane = calls.ready(observer, request.getShard());
        if (lane == null) {
            return;
        }
        if (!new AccountQueries(lane.agent()).ask(Credential.KEY.get().account(), (account, report) -> UnaryCalls.answer(observer, account),
            refusal -> UnaryCalls.refuse(observer, refusal))) {
            UnaryCalls.overloaded(observer);
        }
    }
}
