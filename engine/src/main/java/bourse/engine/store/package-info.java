/**
 * A member's files as they lie on the disk, without a running archive: which recordings there are, their frames with checksums, and snapshot
 * files. What reads here may read beside a venue that writes. Cold.
 *
 * <pre>
 *   archive.catalog ──RecordingCatalog──► Recording ──RecordingReader──► messages, each frame's CRC-32C checked
 *   snapshots/POSITION.PART ──SnapshotFile──► chunks, each one's CRC-32C checked
 * </pre>
 */
package bourse.engine.store;
