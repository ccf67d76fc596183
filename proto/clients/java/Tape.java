import bourse.marketdata.v1.BookSide;
import bourse.order.v1.Batch;
import bourse.order.v1.Cancel;
import bourse.order.v1.ClientFrame;
import bourse.order.v1.Command;
import bourse.order.v1.DropCopyFrame;
import bourse.order.v1.DropCopyGrpc;
import bourse.order.v1.DropCopySubscribeRequest;
import bourse.order.v1.DuplicateOutcome;
import bourse.order.v1.Event;
import bourse.order.v1.GetAccountRequest;
import bourse.order.v1.ListOpenOrdersRequest;
import bourse.order.v1.MassCancelRequest;
import bourse.order.v1.OrderEntryGrpc;
import bourse.order.v1.ServerFrame;
import bourse.order.v1.SubmitRequest;
import bourse.reference.v1.GetInstrumentRequest;
import bourse.reference.v1.Instrument;
import bourse.reference.v1.ReferenceGrpc;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.Message;
import com.google.protobuf.MessageOrBuilder;
import com.google.protobuf.util.JsonFormat;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Plays a conformance tape (proto/conformance/README.md) against a running venue; prints one line a case.
 *
 * <p>{@code BOURSE_TOKEN=$(./bourse token --account 6) java -cp deploy/target/bourse.jar proto/clients/java/Tape.java proto/conformance/order-entry.tape [SYMBOL]}
 */
final class Tape {
    private static final long PATIENCE_S = 10;
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final JsonFormat.Printer PRINTER = JsonFormat.printer().preservingProtoFieldNames();
    private static final Pattern NAME = Pattern.compile("\\$(\\w+)(?:\\+(\\d+))?");
    private static final Pattern QUOTED_NAME = Pattern.compile("\"(\\$[^\"]+)\"");

    private final Venue venue;
    private final Instrument instrument;
    private final Map<String, String> variables = new HashMap<>();
    private final Map<String, Function<String, Message>> unary = new HashMap<>();
    private Map<String, Stream> streams = new HashMap<>();
    private String token;
    private JsonNode answer;
    private Outcome answered;
    private Book book;

    private record Outcome(String code, String details) {
        static final Outcome OK = new Outcome("OK", "");

        static Outcome of(final Throwable failure) {
            final Metadata trailers = Status.trailersFromThrowable(failure);
            final byte[] details = trailers == null ? null : trailers.get(Metadata.Key.of("grpc-status-details-bin", Metadata.BINARY_BYTE_MARSHALLER));
            return new Outcome(Status.fromThrowable(failure).getCode().name(), details == null ? "" : new String(details, StandardCharsets.ISO_8859_1));
        }

        void expect(final String wanted, final String reason) {
            if (!code.equals(wanted) || !details.contains(reason)) {
                throw new IllegalStateException("status: " + code + " " + details + " (expected: " + wanted + " " + reason + ")");
            }
        }
    }

    /** A stream whose messages wait, each kind by itself, until the tape asks for them. */
    private static final class Stream implements ClientResponseObserver<Message, Message> {
        final BlockingQueue<JsonNode> events = new LinkedBlockingQueue<>();
        final BlockingQueue<JsonNode> controls = new LinkedBlockingQueue<>();
        final BlockingQueue<Outcome> ends = new LinkedBlockingQueue<>();
        volatile long applied;
        ClientCallStreamObserver<Message> requests;

        @Override
        public void beforeStart(final ClientCallStreamObserver<Message> call) {
            requests = call;
        }

        @Override
        public void onNext(final Message message) {
            switch (message) {
                case final ServerFrame frame -> {
                    events(frame.getFirstAccountSeq(), frame.getEventsList());
                    for (final DuplicateOutcome duplicate : frame.getDuplicatesList()) {
                        controls.add(JSON.createObjectNode().set("duplicate", tree(duplicate)));
                    }
                    if (frame.getControlCase() != ServerFrame.ControlCase.CONTROL_NOT_SET && !(frame.hasHeartbeat() && frame.getHeartbeat().getClientTimeNs() == 0)) {
                        final var kind = ServerFrame.getDescriptor().findFieldByNumber(frame.getControlCase().getNumber());
                        controls.add(JSON.createObjectNode().set(kind.getName(), tree((Message) frame.getField(kind))));
                    }
                    applied = Math.max(applied, frame.getAppliedClientSeq());
                }
                case final DropCopyFrame frame -> {
                    events(frame.getFirstAccountSeq(), frame.getEventsList());
                    if (frame.hasSnapshotRequired()) {
                        controls.add(JSON.createObjectNode().set("snapshot_required", tree(frame.getSnapshotRequired())));
                    }
                }
                default -> throw new IllegalStateException(message.getClass().getName());
            }
        }

        private void events(final long first, final List<Event> list) {
            for (int i = 0; i < list.size(); i++) {
                events.add(((ObjectNode) tree(list.get(i))).put("account_seq", Long.toString(first + i)));
            }
        }

        @Override
        public void onError(final Throwable failure) {
            ends.add(Outcome.of(failure));
        }

        @Override
        public void onCompleted() {
            ends.add(Outcome.OK);
        }
    }

    private Tape(final Venue venue, final String symbol) {
        this.venue = venue;
        token = venue.token;
        instrument = venue.instrument(symbol);
        final long session = System.currentTimeMillis();
        variables.put("session", Long.toString(session));
        variables.put("id", Long.toString(session << 16));
        variables.put("instrument", Integer.toUnsignedString(instrument.getInstrumentId()));
        variables.put("token", token);
        unary.put("bourse.reference.v1.Reference/GetInstrument",
            json -> login(ReferenceGrpc.newBlockingStub(venue.orders)).getInstrument(parse(json, GetInstrumentRequest.newBuilder()).build()));
        unary.put("bourse.order.v1.OrderEntry/Submit", json -> orders().submit(parse(json, SubmitRequest.newBuilder()).build()));
        unary.put("bourse.order.v1.OrderEntry/MassCancel", json -> orders().massCancel(parse(json, MassCancelRequest.newBuilder()).build()));
        unary.put("bourse.order.v1.OrderEntry/ListOpenOrders", json -> orders().listOpenOrders(parse(json, ListOpenOrdersRequest.newBuilder()).build()));
        unary.put("bourse.order.v1.OrderEntry/GetAccount", json -> orders().getAccount(parse(json, GetAccountRequest.newBuilder()).build()));
    }

    private OrderEntryGrpc.OrderEntryBlockingStub orders() {
        return login(OrderEntryGrpc.newBlockingStub(venue.orders));
    }

    private <S extends io.grpc.stub.AbstractStub<S>> S login(final S stub) {
        return token == null ? stub : Venue.with(stub, token);
    }

    // ------------------------------------------------------------------------------------------------ values

    private static JsonNode tree(final MessageOrBuilder message) {
        try {
            return JSON.readTree(PRINTER.print(message));
        } catch (final java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private <B extends Message.Builder> B parse(final String json, final B builder) {
        try {
            JsonFormat.parser().merge(QUOTED_NAME.matcher(json).replaceAll(name -> Matcher.quoteReplacement("\"" + value(name.group(1)) + "\"")), builder);
            return builder;
        } catch (final java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** $name, $name+5 or the text itself; null for a name that has no value yet. */
    private String value(final String text) {
        final Matcher match = NAME.matcher(text);
        if (!match.matches()) {
            return text;
        }
        final String known = variables.get(match.group(1));
        return known == null || match.group(2) == null ? known : Long.toString(Long.parseLong(known) + Long.parseLong(match.group(2)));
    }

    /** Everything that is expected is there; a name without a value takes what is there. */
    private void check(final JsonNode expected, final JsonNode actual, final String where) {
        if (expected.isObject()) {
            if (actual == null) {
                throw new IllegalStateException(where + ": missing");
            }
            expected.properties().forEach(entry -> check(entry.getValue(), actual.get(entry.getKey()), where + "." + entry.getKey()));
        } else if (expected.isArray()) {
            if (expected.size() != (actual == null ? 0 : actual.size())) {
                throw new IllegalStateException(where + ": " + actual + " (expected: " + expected.size() + ")");
            }
            for (int i = 0; i < expected.size(); i++) {
                check(expected.get(i), actual.get(i), where + "[" + i + "]");
            }
        } else {
            final String found = actual == null ? "" : actual.asText();
            final String wanted = value(expected.asText());
            if (wanted == null) {
                variables.put(expected.asText().substring(1), found.isEmpty() ? "0" : found);
            } else if (!wanted.equals(found) && !(found.isEmpty() && ("0".equals(wanted) || "false".equals(wanted) || wanted.endsWith("_UNSPECIFIED")))) {
                throw new IllegalStateException(where + ": " + found + " (expected: " + wanted + ")");
            }
        }
    }

    private static <T> T take(final BlockingQueue<T> waiting, final String what) throws InterruptedException {
        final T first = waiting.poll(PATIENCE_S, TimeUnit.SECONDS);
        if (first == null) {
            throw new IllegalStateException("no " + what + " within " + PATIENCE_S + " s");
        }
        return first;
    }

    private static void await(final BooleanSupplier condition, final Supplier<String> problem) throws InterruptedException {
        final long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_S);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadlineNs > 0) {
                throw new IllegalStateException(problem.get());
            }
            Thread.sleep(2);
        }
    }

    // ------------------------------------------------------------------------------------------------ what a tape says

    @SuppressWarnings({"unchecked", "rawtypes"})
    private Stream open() {
        final Stream stream = new Stream();
        login(OrderEntryGrpc.newStub(venue.orders)).session((ClientResponseObserver) stream);
        return stream;
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private Stream copy(final DropCopySubscribeRequest request) {
        final Stream stream = new Stream();
        login(DropCopyGrpc.newStub(venue.orders)).subscribe(request, (ClientResponseObserver) stream);
        return stream;
    }

    private void play(final String verb, final String rest) throws Exception {
        // The last argument is JSON and may have blanks.
        final String[] words = rest.split(" ", "send copy event control call".contains(verb) ? 2 : "answer".equals(verb) ? 1 : 4);
        switch (verb) {
            case "send" -> streams.computeIfAbsent(words[0], absent -> open()).requests.onNext(parse(words[1], ClientFrame.newBuilder()).build());
            case "copy" -> streams.put(words[0], copy(parse(words[1], DropCopySubscribeRequest.newBuilder()).build()));
            case "event" -> check(JSON.readTree(words[1]), take(streams.get(words[0]).events, "event"), "event");
            case "control" -> check(JSON.readTree(words[1]), take(streams.get(words[0]).controls, "control message"), "control");
            case "applied" -> await(() -> streams.get(words[0]).applied >= Long.parseLong(words[1]),
                () -> "applied: " + streams.get(words[0]).applied + " (expected: " + words[1] + ")");
            case "ends" -> take(streams.get(words[0]).ends, "end").expect(words[1], words.length > 2 ? words[2] : "");
            case "close" -> streams.get(words[0]).requests.onCompleted();
            case "cut" -> streams.get(words[0]).requests.cancel("by the tape", null);
            case "token" -> token = "good".equals(words[0]) ? venue.token : "none".equals(words[0]) ? null : words[0];
            case "call" -> {
                answered = Outcome.OK;
                try {
                    answer = tree(unary.get(words[0]).apply(words[1]));
                } catch (final io.grpc.StatusRuntimeException e) {
                    answered = Outcome.of(e);
                }
            }
            case "answer" -> {
                answered.expect("OK", "");
                check(JSON.readTree(words[0]), answer, "answer");
            }
            case "fails" -> answered.expect(words[0], words[1]);
            case "flood" -> flood(streams.get(words[0]), Long.parseLong(words[1]), Long.parseLong(words[2]));
            case "do" -> {
                final Process process = new ProcessBuilder(System.getenv("BOURSE_DO"), words[0]).inheritIO().start();
                if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
                    throw new IllegalStateException("failed: " + words[0]);
                }
            }
            case "watch" -> book = venue.watch(instrument.getInstrumentId());
            case "level" -> {
                final BookSide side = "buy".equals(words[0]) ? BookSide.BOOK_SIDE_BUY : BookSide.BOOK_SIDE_SELL;
                final Supplier<Long> found = () -> book.levels(side).getOrDefault(Long.parseLong(words[1]), 0L);
                await(() -> found.get() == Long.parseLong(words[2]), () -> rest + ": " + found.get());
            }
            default -> throw new IllegalArgumentException("no such verb: " + verb);
        }
    }

    private static void flood(final Stream stream, final long first, final long count) throws InterruptedException {
        final Command cancel = Command.newBuilder().setCancel(Cancel.newBuilder().setOrderId(1L << 62)).build();
        for (long seq = first; seq < first + count; seq += 500) {
            stream.requests.onNext(ClientFrame.newBuilder().setBatch(Batch.newBuilder().setFirstClientSeq(seq)
                .addAllCommands(Collections.nCopies((int) Math.min(500, first + count - seq), cancel))).build());
        }
        await(() -> stream.applied >= first + count - 1, () -> "applied: " + stream.applied + " (expected: " + (first + count - 1) + ")");
        stream.events.clear();
    }

    private int play(final Path tape) throws Exception {
        final List<String> lines = new ArrayList<>(Files.readAllLines(tape));
        lines.add("case end");
        String name = "";
        boolean skipping = true;
        int failed = 0;
        for (int i = 0; i < lines.size(); i++) {
            final String line = lines.get(i).strip();
            final String verb = line.split(" ", 2)[0];
            final String rest = line.substring(verb.length()).strip();
            if ("case".equals(verb)) {
                if (!skipping) {
                    System.out.println("ok " + name);
                }
                name = rest;
                skipping = false;
                streams = new HashMap<>();
            } else if (!skipping && !line.isEmpty() && !line.startsWith("#")) {
                try {
                    play(verb, rest);
                } catch (final RuntimeException e) {
                    System.out.println("not ok " + name + ": line " + (i + 1) + ": " + e.getMessage());
                    skipping = true;
                    failed++;
                }
            }
        }
        return failed;
    }

    public static void main(final String[] args) throws Exception {
        final int failed;
        try (Venue venue = new Venue()) {
            failed = new Tape(venue, args.length > 1 ? args[1] : "DEMO").play(Path.of(args[0]));
        }
        System.exit(failed > 0 ? 1 : 0);
    }
}
