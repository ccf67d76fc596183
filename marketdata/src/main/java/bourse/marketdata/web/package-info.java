/**
 * The page: a read-only look at the market. {@link bourse.marketdata.web.WebFrames} is the agent's part, which makes one frame per watched
 * instrument at most sixty times a second; {@link bourse.marketdata.web.WebServer} is the HTTP part, one virtual thread per open page,
 * which writes the newest frame when the last write has ended. There is no queue: a slow page sees fewer frames.
 */
package bourse.marketdata.web;
