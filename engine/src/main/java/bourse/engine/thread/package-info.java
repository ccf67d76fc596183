/** What the operating system is told of threads. */
package bourse.engine.thread;
