package bourse.bench.ladder;

import bourse.bench.rung.RungResult;
import bourse.bench.rung.RungResult.TopMethods;
import java.util.Locale;

/** The page's flame graphs: drawn where they are opened, by a script of a few lines inside the page, from the text that the report carries. */
final class HtmlFlames {
    /** Callers above what they call; a frame is as wide as its samples. A click shows a frame and what it calls alone. */
    private static final String SCRIPT = """
        <script>
        document.querySelectorAll('details[data-flame]').forEach(box => box.addEventListener('toggle', () => {
          if (!box.open || box.dataset.drawn) return;
          box.dataset.drawn = 1;
          const nodes = [], path = [];
          box.querySelector('.flame').textContent.trim().split('\\n').forEach(line => {
            const [, depth, samples, name] = line.match(/^(\\d+) (\\d+) (.*)$/);
            const node = {depth: +depth, samples: +samples, name, at: 0, next: 0};
            path.length = node.depth;
            if (node.depth) { const up = path[node.depth - 1]; node.at = up.at + up.next; up.next += node.samples; }
            path.push(node); nodes.push(node);
          });
          const all = nodes[0].samples, frames = box.querySelector('.frames');
          const draw = root => {
            frames.replaceChildren(); let rows = 0;
            nodes.forEach(node => {
              const above = node.depth < root.depth && node.at <= root.at && node.at + node.samples >= root.at + root.samples;
              if (!above && (node.at < root.at || node.at >= root.at + root.samples || node.depth < root.depth)) return;
              const left = above ? 0 : 100 * (node.at - root.at) / root.samples, width = above ? 100 : 100 * node.samples / root.samples;
              if (width < .15) return;
              rows = Math.max(rows, node.depth + 1);
              const div = document.createElement('div'); let hue = 0;
              for (const c of node.name) hue = (hue * 31 + c.charCodeAt(0)) % 997;
              div.style.cssText = `left:${left}%;width:${width}%;top:${16 * node.depth}px;background:hsl(${18 + hue % 36} 80% ${66 + hue % 12}%)`;
              div.textContent = width > 2 ? node.name : '';
              div.title = `${node.name}: ${(100 * node.samples / all).toFixed(1)}% (${node.samples})`;
              div.onclick = () => draw(node);
              frames.append(div);
            });
            frames.style.height = 16 * rows + 'px';
          };
          draw(nodes[0]);
        }));
        </script>
        """;

    private final LadderReport report;
    private final StringBuilder out = new StringBuilder();

    HtmlFlames(final LadderReport report) {
        this.report = report;
    }

    /** Empty when nothing was profiled. */
    String section() {
        if (report.rungs().stream().allMatch(rung -> rung.profiles().isEmpty())) {
            return "";
        }
        out.append("<h2 id=\"profiles\">Profiles</h2><p class=\"soft\">Of each process while its rung was saturated: CPU time, bytes allocated, time waited for locks. Open a line for"
                + " the methods at the end of the stacks and the flame graph; a click on a frame shows it alone, one on the first shows all. A process that has none of"
                + " an event is not listed.</p>");
        for (final RungResult rung : report.rungs()) {
            rung.profiles().forEach(top -> graph(rung.name(), top));
        }
        return out.append(SCRIPT).toString();
    }

    private void graph(final String rung, final TopMethods top) {
        out.append(String.format(Locale.ROOT, "<details data-flame=\"1\"><summary>%s, %s, %s <span class=\"soft\">%s</span></summary><div class=\"frames\"></div><pre>%s</pre>"
                + "<pre class=\"flame\" hidden>%s</pre></details>%n", rung, top.process(), top.event(), HtmlReport.escape(top.methods().getFirst().trim()),
                HtmlReport.escape(String.join("\n", top.methods())), HtmlReport.escape(top.flame())));
    }
}
