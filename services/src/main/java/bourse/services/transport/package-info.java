/**
 * Gateway's and market data's way to the engine: the ports {@code CommandLog} and {@code EventSource} over Aeron. Hot path. Nothing here
 * blocks: connecting, finding the recording and starting replays advance a step at each poll, so that the media driver and the archive may
 * run on the same thread as their clients. What clients ask for of the past is read from the files, on another thread.
 */
package bourse.services.transport;
