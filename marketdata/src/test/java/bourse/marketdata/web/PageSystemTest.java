package bourse.marketdata.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import bourse.marketdata.MarketDataConfig;
import bourse.marketdata.MarketDataServer;
import bourse.marketdata.MarketDataTelemetry;
import bourse.marketdata.RandomFlow;
import bourse.marketdata.RecordedEvents;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.SleepingMillisIdleStrategy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The page as a user gets it. */
@Timeout(60)
class PageSystemTest {
    private final RecordedEvents events = new RecordedEvents();
    private final RandomFlow flow = new RandomFlow(8, 4, 1);
    private volatile boolean running = true;
    private MarketDataServer server;
    private AgentRunner runner;
    private Thread trading;

    @BeforeEach
    void start() throws Exception {
        events.add(flow.define());
        flow.clock(() -> System.currentTimeMillis() * 1_000_000L);
        server = new MarketDataServer(MarketDataConfig.defaults().withPorts("127.0.0.1", -1, 0)
            .withMulticast(MarketDataConfig.defaults().addresses(), false, 0), events, MarketDataTelemetry.NONE).start();
        runner = new AgentRunner(new SleepingMillisIdleStrategy(1), e -> { }, null, server.agent());
        AgentRunner.startOnThread(runner);
        trading = Thread.ofPlatform().start(this::trade);
    }

    @AfterEach
    void stop() throws Exception {
        running = false;
        trading.join();
        runner.close();
        server.close();
    }

    @Test
    void shouldServeOnlyWhatItHasAndOnlyReading() throws Exception {
        assertThat(get("/", "GET").statusCode()).isEqualTo(200);
        assertThat(get("/app.js", "GET").headers().firstValue("content-security-policy")).isPresent();
        assertThat(get("/style.css", "HEAD").statusCode()).isEqualTo(200);
        assertThat(get("/../../etc/passwd", "GET").statusCode()).isEqualTo(404);
        assertThat(get("/secret", "GET").statusCode()).isEqualTo(404);
        assertThat(get("/", "POST").statusCode()).isEqualTo(405);
        assertThat(get("/events?instrument=x", "GET").statusCode()).isEqualTo(400);
        assertThat(get("/events?instrument=4242", "GET").statusCode()).isEqualTo(404);
        while (!get("/api/summary", "GET").body().contains("SYM4")) {
            Thread.sleep(20);
        }
    }

    @Test
    void shouldGiveBarsAndTheBookToEveryPageThatOpens() throws Exception {
        while (!get("/api/summary", "GET").body().contains("SYM4")) {
            Thread.sleep(20);
        }
        try (HttpClient http = HttpClient.newHttpClient()) {
            for (int i = 0; i < 20; i++) {
                final var lines = http.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.webPort()
                    + "/events?instrument=2")).build(), HttpResponse.BodyHandlers.ofLines()).body();
                try (lines) {
                    assertThat(lines.filter(line -> line.equals("event: bars") || line.equals("event: book")).limit(2).toList())
                        .containsExactly("event: bars", "event: book");
                }
            }
            http.shutdownNow();
        }
    }

    @Test
    void shouldShowLadderTapeChartAndStatisticsThatMove() throws Exception {
        final Path chromium = Browser.find();
        if (chromium == null) {
            System.out.println("SKIPPED: no Chromium on this machine");
        }
        assumeTrue(chromium != null, "no Chromium on this machine");
        // In the build's folder: the browser's helpers write into it for a moment after the browser has ended, which ends the removal of a temporary one.
        final Path profile = Files.createTempDirectory(Path.of("target"), "browser");
        try (Browser browser = new Browser(chromium, profile, 1500, 900)) {
            browser.open("http://127.0.0.1:" + server.webPort() + "/?theme=dark");
            await(browser, "document.querySelectorAll('#bids .row:not([hidden])').length >= 8");
            await(browser, "document.querySelectorAll('#tape .row:not([hidden])').length >= 20");
            assertThat(browser.evaluate("document.querySelectorAll('#list li').length")).isEqualTo("4");
            assertThat(browser.evaluate("document.getElementById('link').textContent")).isEqualTo("live");
            assertThat(browser.evaluate("document.querySelector('#bids .row span').textContent")).matches("\\d+\\.\\d\\d");
            final String before = browser.evaluate("document.querySelector('[data-stat=trades]').textContent");
            await(browser, "document.querySelector('[data-stat=trades]').textContent !== '" + before + "'");
            browser.press("ArrowDown");
            await(browser, "document.getElementById('symbol').textContent === document.querySelector('#list li[aria-selected=true] .s')"
                + ".textContent && document.querySelectorAll('#asks .row:not([hidden])').length >= 8");
            browser.press("2");
            assertThat(browser.evaluate("document.querySelector('#intervals [aria-pressed=true]').textContent")).isEqualTo("5s");
            browser.press("1");
            Thread.sleep(2_500);
            browser.screenshot(Path.of("target", "page-dark.png"));
            browser.press("t");
            Thread.sleep(300);
            assertThat(browser.evaluate("document.documentElement.dataset.theme")).isEqualTo("light");
            browser.screenshot(Path.of("target", "page-light.png"));
            System.out.println("fps=" + browser.evaluate("document.body.dataset.fps") + " worstFrameMs="
                + browser.evaluate("document.body.dataset.worstFrameMs"));
            assertThat(browser.errors()).isEmpty();
        }
    }

    private void trade() {
        while (running) {
            events.add(flow.next(40));
            try {
                Thread.sleep(10);
            } catch (final InterruptedException e) {
                return;
            }
        }
    }

    private HttpResponse<String> get(final String path, final String method) throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.webPort() + path))
                .method(method, HttpRequest.BodyPublishers.noBody()).build(), HttpResponse.BodyHandlers.ofString());
        }
    }

    private static void await(final Browser browser, final String condition) throws InterruptedException {
        for (int i = 0; i < 200; i++) {
            if (browser.evaluate(condition).equals("true")) {
                return;
            }
            Thread.sleep(50);
        }
        throw new AssertionError("never true: " + condition + ", errors=" + browser.errors());
    }
}
