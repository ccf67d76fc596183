package bourse.gateway.grpc;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

import com.google.protobuf.MessageOrBuilder;
import com.google.protobuf.TextFormat;

import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

import bourse.admin.v1.AddInstrumentRequest;
import bourse.admin.v1.AddInstrumentResponse;
import bourse.admin.v1.AdminGrpc;
import bourse.admin.v1.CancelOrdersRequest;
import bourse.admin.v1.CancelOrdersResponse;
import bourse.admin.v1.ChangeInstrumentRequest;
import bourse.admin.v1.ChangeInstrumentResponse;
import bourse.admin.v1.GetAccountRequest;
import bourse.admin.v1.GetAccountResponse;
import bourse.admin.v1.GetStateHashRequest;
import bourse.admin.v1.GetStateHashResponse;
import bourse.admin.v1.ListSessionsRequest;
import bourse.admin.v1.ListSessionsResponse;
import bourse.admin.v1.SetAccountLimitsRequest;
import bourse.admin.v1.SetAccountLimitsResponse;
import bourse.admin.v1.SetAccountRightsRequest;
import bourse.admin.v1.SetAccountRightsResponse;
import bourse.admin.v1.SetKillSwitchRequest;
import bourse.admin.v1.SetKillSwitchResponse;
import bourse.admin.v1.ScheduleTradingStateRequest;
import bourse.admin.v1.ScheduleTradingStateResponse;
import bourse.admin.v1.SetTradingStateRequest;
import bourse.admin.v1.SetTradingStateResponse;
import bourse.admin.v1.TakeSnapshotRequest;
import bourse.admin.v1.TakeSnapshotResponse;
import bourse.admin.v1.TransferAssetRequest;
import bourse.admin.v1.TransferAssetResponse;
import bourse.gateway.AdminPort;
import bourse.gateway.GatewayConfig;
import bourse.gateway.audit.AuditSink;
import bourse.gateway.auth.AuthInterceptor;
import bourse.gateway.auth.Credential;
import bourse.gateway.ingress.ProtoNumbers;
import bourse.gateway.refusal.RichStatus;
import bourse.gateway.session.AccountQueries;
import bourse.gateway.session.AdminDesk;
import bourse.gateway.session.GatewayAgent;
import bourse.reference.v1.Instrument;
import bourse.reference.v1.TradingState;
import bourse.sbe.WireLimits;
import bourse.sbe.engine.AdminOutcomeDecoder;
import bourse.sbe.engine.CancelOrdersEncoder;
import bourse.sbe.engine.DefineInstrumentEncoder;
import bourse.sbe.engine.MessageHeaderEncoder;
import bourse.sbe.engine.RejectReason;
import bourse.sbe.engine.SetAccountLimitsEncoder;
import bourse.sbe.engine.SetAccountRightsEncoder;
import bourse.sbe.engine.SetKillSwitchEncoder;
import bourse.sbe.engine.ScheduleTradingStateEncoder;
import bourse.sbe.engine.SetTradingStateEncoder;
import bourse.sbe.engine.Side;
import bourse.sbe.engine.StateHashDecoder;
import bourse.sbe.engine.StateHashRequestEncoder;
import bourse.sbe.engine.TransferAssetEncoder;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;

/** Administration: each call is one command through the log, answered by its outcome. Thread: network, then the agent. */
final class AdminService extends AdminGrpc.AdminImplBase {
    private static final int MAX_INSTRUMENTS = 1_000;
    private static final int MAX_MESSAGE_BYTES = 256 + MAX_INSTRUMENTS * SetAccountRightsEncoder.InstrumentsEncoder.sbeBlockLength();
    private static final int MAX_ASSET_LENGTH = 8;
    private static final int MAX_AUDIT_CHARS = 500;
    private static final Context.Key<String> ADDRESS = Context.keyWithDefault("bourse-address", "");
    private static final int MAX_SESSIONS = 10_000;
    private static final int ADD_RISK = 1;
    private static final int TAKE_RISK = 2;

    private final GatewayAgent agent;
    private final UnaryCalls calls;
    private final int shard;
    private final AdminPort port;
    private final AuditSink audit;
    private final AccountQueries queries;

    AdminService(final GatewayAgent agent, final GatewayConfig config, final AdminPort port, final AuditSink audit) {
        this.audit = audit;
        queries = new AccountQueries(agent);
        this.agent = agent;
        this.shard = config.shard();
        this.port = port;
        calls = new UnaryCalls(agent, shard);
    }

    /** Writes one command. */
    private interface Body {
        /** Returns the length of header and block. */
        int write(MutableDirectBuffer buffer, MessageHeaderEncoder header, long correlationId);
    }

    @Override
    public void addInstrument(final AddInstrumentRequest request, final StreamObserver<AddInstrumentResponse> observer) {
        final Instrument instrument = request.getInstrument();
        if (!isText(observer, "instrument.symbol", instrument.getSymbol(), 1, WireLimits.MAX_SYMBOL_LENGTH)
            || !isText(observer, "instrument.base_asset", instrument.getBaseAsset(), 0, MAX_ASSET_LENGTH)
            || !isText(observer, "instrument.quote_asset", instrument.getQuoteAsset(), 0, MAX_ASSET_LENGTH)
            || !isByte(observer, "instrument.price_decimals", instrument.getPriceDecimals())
            || !isByte(observer, "instrument.quantity_decimals", instrument.getQuantityDecimals())) {
            return;
        }
        submit(observer, "AddInstrument", text(request), (buffer, header, correlationId) -> {
            final DefineInstrumentEncoder command = new DefineInstrumentEncoder().wrapAndApplyHeader(buffer, 0, header);
            command.correlationId(correlationId).tickSize(instrument.getTickSize()).lotSize(instrument.getLotSize())
                .minPrice(instrument.getMinPrice()).maxPrice(instrument.getMaxPrice()).maxQuantity(instrument.getMaxQuantity())
                .maxNotional(instrument.getMaxNotional()).priceBand(instrument.getPriceBand())
                .referencePrice(instrument.getReferencePrice()).marketProtection(instrument.getMarketProtection())
                .symbol(instrument.getSymbol()).baseAsset(instrument.getBaseAsset()).quoteAsset(instrument.getQuoteAsset())
                .instrumentId(instrument.getInstrumentId() & 0xFFFF_FFFFL).makerFeeRate(instrument.getMakerFeeRate())
                .takerFeeRate(instrument.getTakerFeeRate()).priceDecimals((short) instrument.getPriceDecimals())
                .quantityDecimals((short) instrument.getQuantityDecimals()).riskChecked((short) (instrument.getRiskChecked() ? 1 : 0));
            buffer.putByte(MessageHeaderEncoder.ENCODED_LENGTH + DefineInstrumentEncoder.stateEncodingOffset(),
                (byte) state(instrument.getState(), TradingState.TRADING_STATE_CONTINUOUS));
            return MessageHeaderEncoder.ENCODED_LENGTH + DefineInstrumentEncoder.BLOCK_LENGTH;
        }, outcome -> {
            final Instrument defined = agent.instrument((int) outcome.value());
            return AddInstrumentResponse.newBuilder().setInstrument(defined != null ? defined
                : instrument.toBuilder().setInstrumentId((int) outcome.value()).setShard(shard).build()).build();
        });
    }

    @Override
    public void changeInstrument(final ChangeInstrumentRequest request, final StreamObserver<ChangeInstrumentResponse> observer) {
        submit(observer, "ChangeInstrument", text(request), (buffer, header, correlationId) -> InstrumentChange.write(request, buffer, header, correlationId),
            outcome -> {
                final ChangeInstrumentResponse.Builder answer = ChangeInstrumentResponse.newBuilder().setCancelledOrders(outcome.value());
                final Instrument changed = agent.instrument(request.getInstrumentId());
                return changed == null ? answer.build() : answer.setInstrument(changed).build();
            });
    }

    @Override
    public void setTradingState(final SetTradingStateRequest request, final StreamObserver<SetTradingStateResponse> observer) {
        if (request.getState() == TradingState.TRADING_STATE_UNSPECIFIED || request.getState() == TradingState.UNRECOGNIZED) {
            UnaryCalls.invalid(observer, "state", request.getStateValue() + " (expected: a trading state)");
            return;
        }
        submit(observer, "SetTradingState", text(request), (buffer, header, correlationId) -> {
            new SetTradingStateEncoder().wrapAndApplyHeader(buffer, 0, header).correlationId(correlationId)
                .instrumentId(request.getInstrumentId() & 0xFFFF_FFFFL)
                .state(bourse.sbe.engine.TradingState.get((short) state(request.getState(), request.getState())));
            return MessageHeaderEncoder.ENCODED_LENGTH + SetTradingStateEncoder.BLOCK_LENGTH;
        }, outcome -> SetTradingStateResponse.getDefaultInstance());
    }

    @Override
    public void scheduleTradingState(final ScheduleTradingStateRequest request, final StreamObserver<ScheduleTradingStateResponse> observer) {
        final boolean unnamed = request.getState() == TradingState.TRADING_STATE_UNSPECIFIED || request.getState() == TradingState.UNRECOGNIZED;
        if (unnamed && request.getAtNs() != 0) {
            UnaryCalls.invalid(observer, "state", request.getStateValue() + " (expected: a trading state)");
            return;
        }
        final TradingState state = unnamed ? TradingState.TRADING_STATE_CLOSED : request.getState();
        submit(observer, "ScheduleTradingState", text(request), (buffer, header, correlationId) -> {
            new ScheduleTradingStateEncoder().wrapAndApplyHeader(buffer, 0, header).correlationId(correlationId).atNs(request.getAtNs())
                .everyNs(request.getEveryNs()).instrumentId(request.getInstrumentId() & 0xFFFF_FFFFL)
                .state(bourse.sbe.engine.TradingState.get((short) state(state, state)));
            return MessageHeaderEncoder.ENCODED_LENGTH + ScheduleTradingStateEncoder.BLOCK_LENGTH;
        }, outcome -> ScheduleTradingStateResponse.newBuilder().setRemoved((int) outcome.value()).build());
    }

    @Override
    public void setAccountLimits(final SetAccountLimitsRequest request, final StreamObserver<SetAccountLimitsResponse> observer) {
        submit(observer, "SetAccountLimits", text(request), (buffer, header, correlationId) -> {
            new SetAccountLimitsEncoder().wrapAndApplyHeader(buffer, 0, header).correlationId(correlationId)
                .maxOrderQuantity(request.getMaxOrderQuantity()).maxOrderNotional(request.getMaxOrderNotional())
                .maxPosition(request.getMaxPosition()).maxOpenOrders(request.getMaxOpenOrders())
                .maxOrdersPerSecond(request.getMaxOrdersPerSecond())
                .account(request.getAccount() & 0xFFFF_FFFFL).firm(request.getFirm() & 0xFFFF_FFFFL);
            return MessageHeaderEncoder.ENCODED_LENGTH + SetAccountLimitsEncoder.BLOCK_LENGTH;
        }, outcome -> SetAccountLimitsResponse.getDefaultInstance());
    }

    @Override
    public void setAccountRights(final SetAccountRightsRequest request, final StreamObserver<SetAccountRightsResponse> observer) {
        final int instruments = request.getInstrumentIdsCount();
        if (instruments > MAX_INSTRUMENTS) {
            UnaryCalls.invalid(observer, "instrument_ids", instruments + " (expected: at most " + MAX_INSTRUMENTS + ")");
            return;
        }
        submit(observer, "SetAccountRights", text(request), (buffer, header, correlationId) -> {
            final SetAccountRightsEncoder command = new SetAccountRightsEncoder().wrapAndApplyHeader(buffer, 0, header).correlationId(correlationId)
                .account(request.getAccount() & 0xFFFF_FFFFL)
                .actions((short) ((request.getForbidNewOrders() ? 0 : ADD_RISK) | (request.getForbidCancels() ? 0 : TAKE_RISK)))
                .allInstruments((short) (instruments == 0 ? 1 : 0)).reserved1(0);
            final SetAccountRightsEncoder.InstrumentsEncoder group = command.instrumentsCount(instruments);
            request.getInstrumentIdsList().forEach(id -> group.next().instrumentId(id & 0xFFFF_FFFFL).reserved1(0));
            return MessageHeaderEncoder.ENCODED_LENGTH + command.encodedLength();
        }, outcome -> SetAccountRightsResponse.newBuilder().setCancelledOrders(outcome.value()).build());
    }

    @Override
    public void getAccount(final GetAccountRequest request, final StreamObserver<GetAccountResponse> observer) {
        if (!calls.checkReady(observer, shard)) {
            return;
        }
        if (!queries.ask(request.getAccount(), (account, report) -> UnaryCalls.answer(observer, GetAccountResponse.newBuilder()
            .setLimits(SetAccountLimitsRequest.newBuilder().setAccount(request.getAccount()).setFirm((int) report.firm())
                .setMaxOrderQuantity(report.maxOrderQuantity()).setMaxOrderNotional(report.maxOrderNotional()).setMaxPosition(report.maxPosition())
                .setMaxOpenOrders(report.maxOpenOrders()).setMaxOrdersPerSecond(report.maxOrdersPerSecond()))
            .setKilled(report.killed() != 0).setForbidNewOrders((report.actions() & ADD_RISK) == 0)
            .setForbidCancels((report.actions() & TAKE_RISK) == 0).setAllInstruments(report.allInstruments() != 0)
            .setPermittedInstruments((int) report.instruments()).setAccount(account).build()), refusal -> UnaryCalls.refuse(observer, refusal))) {
            UnaryCalls.overloaded(observer);
        }
    }

    @Override
    public void listSessions(final ListSessionsRequest request, final StreamObserver<ListSessionsResponse> observer) {
        calls.query(observer, () -> ListSessionsResponse.newBuilder().addAllSessions(agent.sessions(request.getAccount(), MAX_SESSIONS)).build());
    }

    @Override
    public void transferAsset(final TransferAssetRequest request, final StreamObserver<TransferAssetResponse> observer) {
        if (!isText(observer, "asset", request.getAsset(), 1, MAX_ASSET_LENGTH)) {
            return;
        }
        submit(observer, "TransferAsset", text(request), (buffer, header, correlationId) -> {
            new TransferAssetEncoder().wrapAndApplyHeader(buffer, 0, header).correlationId(correlationId)
                .amount(request.getAmount()).asset(request.getAsset()).account(request.getAccount() & 0xFFFF_FFFFL);
            return MessageHeaderEncoder.ENCODED_LENGTH + TransferAssetEncoder.BLOCK_LENGTH;
        }, outcome -> TransferAssetResponse.newBuilder().setBalance(outcome.value()).build());
    }

    @Override
    public void setKillSwitch(final SetKillSwitchRequest request, final StreamObserver<SetKillSwitchResponse> observer) {
        submit(observer, "SetKillSwitch", text(request), (buffer, header, correlationId) -> {
            new SetKillSwitchEncoder().wrapAndApplyHeader(buffer, 0, header).correlationId(correlationId)
                .account(request.getAccount() & 0xFFFF_FFFFL).on((short) (request.getOn() ? 1 : 0));
            return MessageHeaderEncoder.ENCODED_LENGTH + SetKillSwitchEncoder.BLOCK_LENGTH;
        }, outcome -> SetKillSwitchResponse.newBuilder().setCancelledOrders(outcome.value()).build());
    }

    @Override
    public void cancelOrders(final CancelOrdersRequest request, final StreamObserver<CancelOrdersResponse> observer) {
        final int side = ProtoNumbers.sideOfMassCancel(request.getSideValue());
        if (side == ProtoNumbers.INVALID) {
            UnaryCalls.invalid(observer, "side", request.getSideValue() + " (expected: buy, sell, or unspecified for both)");
            return;
        }
        if (request.getAccount() == 0 && request.getInstrumentId() == 0 && !request.getEverything()) {
            UnaryCalls.invalid(observer, "everything", "false (expected: true, or an account, or an instrument_id)");
            return;
        }
        submit(observer, "CancelOrders", text(request), (buffer, header, correlationId) -> {
            new CancelOrdersEncoder().wrapAndApplyHeader(buffer, 0, header).correlationId(correlationId).account(request.getAccount() & 0xFFFF_FFFFL)
                .instrumentId(request.getInstrumentId() & 0xFFFF_FFFFL).side(Side.get((short) side));
            return MessageHeaderEncoder.ENCODED_LENGTH + CancelOrdersEncoder.BLOCK_LENGTH;
        }, outcome -> CancelOrdersResponse.newBuilder().setCancelledOrders(outcome.value()).build());
    }

    @Override
    public void getStateHash(final GetStateHashRequest request, final StreamObserver<GetStateHashResponse> observer) {
        submit(observer, "GetStateHash", text(request), (buffer, header, correlationId) -> {
            new StateHashRequestEncoder().wrapAndApplyHeader(buffer, 0, header).correlationId(correlationId);
            return MessageHeaderEncoder.ENCODED_LENGTH + StateHashRequestEncoder.BLOCK_LENGTH;
        }, outcome -> GetStateHashResponse.getDefaultInstance());
    }

    @Override
    public void takeSnapshot(final TakeSnapshotRequest request, final StreamObserver<TakeSnapshotResponse> observer) {
        final Credential who = Credential.KEY.get();
        final String address = ADDRESS.get();
        port.takeSnapshot().whenComplete((position, failure) -> {
            write(who, address, "TakeSnapshot", "", failure == null ? AuditSink.Entry.OK : RichStatus.REFUSED, failure == null ? position : 0);
            if (failure == null) {
                UnaryCalls.answer(observer, TakeSnapshotResponse.newBuilder().setLogPosition(position).build());
            } else {
                UnaryCalls.refuse(observer, RichStatus.of(Status.Code.INTERNAL, RichStatus.REFUSED, "no snapshot: " + failure.getMessage()));
            }
        });
    }

    private <T> void submit(final StreamObserver<T> observer, final String action, final String request, final Body body,
                            final Function<AdminOutcomeDecoder, T> response) {
        if (!calls.checkReady(observer, shard)) {
            return;
        }
        final Credential who = Credential.KEY.get();
        final String address = ADDRESS.get();
        final long correlationId = agent.nextCorrelationId();
        final byte[] bytes = new byte[MAX_MESSAGE_BYTES];
        final int length = body.write(new UnsafeBuffer(bytes), new MessageHeaderEncoder(), correlationId);
        if (!agent.submitAdmin(correlationId, Arrays.copyOf(bytes, length), new AdminDesk.Reply() {
            @Override
            public void outcome(final AdminOutcomeDecoder outcome, final long logPosition) {
                write(who, address, action, request, outcome.reasonRaw() == RejectReason.NONE.value() ? AuditSink.Entry.OK : outcome.reason().name(),
                    logPosition);
                if (outcome.reasonRaw() == RejectReason.NONE.value()) {
                    UnaryCalls.answer(observer, response.apply(outcome));
                } else {
                    UnaryCalls.refuse(observer, refusal(outcome));
                }
            }

            @Override
            public void stateHash(final StateHashDecoder hash, final long logPosition) {
                @SuppressWarnings("unchecked") // asked for by getStateHash alone
                final StreamObserver<GetStateHashResponse> asker = (StreamObserver<GetStateHashResponse>) observer;
                UnaryCalls.answer(asker, GetStateHashResponse.newBuilder().setLogPosition(logPosition).setBookHash(hash.bookHash())
                    .setStateHash(hash.stateHash()).setOrders(hash.orders()).build());
            }

            @Override
            public void refused(final RichStatus status) {
                write(who, address, action, request, status.reason(), 0);
                UnaryCalls.refuse(observer, status);
            }
        })) {
            UnaryCalls.overloaded(observer);
        }
    }

    private void write(final Credential who, final String address, final String action, final String request, final String outcome,
                       final long appliedAt) {
        final Map<String, String> details = new TreeMap<>();
        if (!request.isEmpty()) {
            details.put("request", request.length() > MAX_AUDIT_CHARS ? request.substring(0, MAX_AUDIT_CHARS) + "…" : request);
        }
        if (appliedAt != 0) {
            details.put("appliedAt", Long.toString(appliedAt));
        }
        audit.record(new AuditSink.Entry(action, who.subject(), who.account(), address, outcome, details));
    }

    private static String text(final MessageOrBuilder request) {
        return TextFormat.printer().emittingSingleLine(true).printToString(request);
    }

    /** Puts the peer's address where the methods find it. */
    static ServerInterceptor addresses() {
        return new ServerInterceptor() {
            @Override
            public <Q, P> ServerCall.Listener<Q> interceptCall(final ServerCall<Q, P> call, final Metadata headers, final ServerCallHandler<Q, P> next) {
                return Contexts.interceptCall(Context.current().withValue(ADDRESS, AuthInterceptor.addressOf(call.getAttributes())), call, headers, next);
            }
        };
    }

    private static RichStatus refusal(final AdminOutcomeDecoder outcome) {
        final RejectReason reason = outcome.reason();
        final Status.Code code = switch (reason) {
            case ALREADY_EXISTS -> Status.Code.ALREADY_EXISTS;
            case UNKNOWN_INSTRUMENT, UNKNOWN_ACCOUNT -> Status.Code.NOT_FOUND;
            case CAPACITY -> Status.Code.RESOURCE_EXHAUSTED;
            case INSUFFICIENT_BALANCE, NOT_ALLOWED_IN_STATE, OPEN_ORDERS -> Status.Code.FAILED_PRECONDITION;
            default -> Status.Code.INVALID_ARGUMENT;
        };
        return RichStatus.of(code, reason.name(), "refused: " + reason + ", field " + outcome.field(),
            Map.of("field", String.valueOf(outcome.field())));
    }

    private static int state(final TradingState state, final TradingState ifUnspecified) {
        final TradingState chosen = state == TradingState.TRADING_STATE_UNSPECIFIED || state == TradingState.UNRECOGNIZED ? ifUnspecified : state;
        return chosen.getNumber() - 1;
    }

    private static boolean isText(final StreamObserver<?> observer, final String field, final String text, final int min, final int max) {
        if (text.length() >= min && text.length() <= max && StandardCharsets.US_ASCII.newEncoder().canEncode(text)) {
            return true;
        }
        UnaryCalls.invalid(observer, field, "\"" + text + "\" (expected: " + min + ".." + max + " ASCII characters)");
        return false;
    }

    private static boolean isByte(final StreamObserver<?> observer, final String field, final int value) {
        if (value >= 0 && value <= 18) {
            return true;
        }
        UnaryCalls.invalid(observer, field, Integer.toUnsignedString(value) + " (expected: 0..18)");
        return false;
    }
}
