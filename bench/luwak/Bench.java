import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.lucene.analysis.core.WhitespaceAnalyzer;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.PhraseQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.spans.SpanNearQuery;
import org.apache.lucene.search.spans.SpanTermQuery;
import uk.co.flax.luwak.DocumentMatches;
import uk.co.flax.luwak.InputDocument;
import uk.co.flax.luwak.Matches;
import uk.co.flax.luwak.Monitor;
import uk.co.flax.luwak.MonitorQuery;
import uk.co.flax.luwak.QueryMatch;
import uk.co.flax.luwak.matchers.SimpleMatcher;
import uk.co.flax.luwak.presearcher.TermFilteredPresearcher;

/** Luwak over the queries and documents that bench/matching.py writes: QUERIES DOCUMENTS MATCHES ROUNDS. */
public final class Bench {
    static final String FIELD = "text";
    static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    public static void main(String[] args) throws Exception {
        BooleanQuery.setMaxClauseCount(1 << 20);
        List<String> queries = Files.readAllLines(Path.of(args[0]), StandardCharsets.UTF_8);
        List<String> documents = Files.readAllLines(Path.of(args[1]), StandardCharsets.UTF_8);
        int rounds = Integer.parseInt(args[3]);
        try (Monitor monitor = new Monitor((text, metadata) -> parse(text), new TermFilteredPresearcher())) {
            long began = THREADS.getCurrentThreadCpuTime();
            List<MonitorQuery> all = new ArrayList<>();
            for (String line : queries) {
                int tab = line.indexOf('\t');
                all.add(new MonitorQuery(line.substring(0, tab), line.substring(tab + 1)));
            }
            monitor.update(all);
            double load = (THREADS.getCurrentThreadCpuTime() - began) / 1e9;
            System.gc();
            double heap = (Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory()) / 1048576.0;
            long[] times = new long[documents.size()];
            for (int round = 0; round <= rounds; round++) {  // the first warms up, the last counts
                for (int number = 0; number < times.length; number++) {
                    times[number] = match(monitor, number, documents.get(number), null);
                }
            }
            long total = Arrays.stream(times).sum();
            try (PrintWriter out = new PrintWriter(args[2], StandardCharsets.UTF_8)) {
                for (int number = 0; number < times.length; number++) match(monitor, number, documents.get(number), out);
            }
            Arrays.sort(times);
            System.out.printf("{\"rate\": %.1f, \"p50\": %.3f, \"p99\": %.3f, \"load\": %.2f, \"memory\": %.0f, \"added\": %.3f}%n",
                times.length * 1e9 / total, times[times.length / 2] / 1e6, times[times.length * 99 / 100] / 1e6, load, heap, added(monitor, all));
        }
    }

    /** Thread CPU in nanoseconds; to out, if there is one, the ids of what matches. */
    static long match(Monitor monitor, int number, String text, PrintWriter out) throws Exception {
        long began = THREADS.getCurrentThreadCpuTime();
        InputDocument document = InputDocument.builder("d").addField(FIELD, text, new WhitespaceAnalyzer()).build();
        Matches<QueryMatch> found = monitor.match(document, SimpleMatcher.FACTORY);
        DocumentMatches<QueryMatch> matches = found.getMatches("d");
        long time = THREADS.getCurrentThreadCpuTime() - began;
        if (out != null) {
            List<String> ids = new ArrayList<>();
            if (matches != null) for (QueryMatch match : matches) ids.add(match.getQueryId());
            out.print(number + " " + ids.stream().sorted().collect(Collectors.joining(" ")) + "\n");
        }
        return time;
    }

    /** The 99th percentile of adding one query again, in milliseconds. */
    static double added(Monitor monitor, List<MonitorQuery> all) throws Exception {
        long[] times = new long[100];
        for (int number = 0; number < times.length; number++) {
            long began = THREADS.getCurrentThreadCpuTime();
            monitor.update(all.get(number));
            times[number] = THREADS.getCurrentThreadCpuTime() - began;
        }
        Arrays.sort(times);
        return times[times.length * 99 / 100] / 1e6;
    }

    /** A form and its parts, with tabs between; the words of a phrase have spaces between. */
    static Query parse(String text) {
        String[] parts = text.split("\t");
        BooleanQuery.Builder all = new BooleanQuery.Builder();
        switch (parts[0]) {
            case "phrase":
                return phrase(parts[1]);
            case "or":
                for (int i = 1; i < parts.length; i++) all.add(phrase(parts[i]), Occur.SHOULD);
                return all.build();
            case "and":
                for (int i = 1; i < parts.length; i++) all.add(phrase(parts[i]), Occur.MUST);
                return all.build();
            case "not":
                all.add(phrase(parts[1]), Occur.MUST);
                all.add(phrase(parts[2]), Occur.MUST);
                all.add(phrase(parts[3]), Occur.MUST_NOT);
                return all.build();
            default:
                return SpanNearQuery.newUnorderedNearQuery(FIELD)
                    .addClause(new SpanTermQuery(new Term(FIELD, parts[1])))
                    .addClause(new SpanTermQuery(new Term(FIELD, parts[2])))
                    .setSlop(Integer.parseInt(parts[3])).build();
        }
    }

    static Query phrase(String words) {
        String[] split = words.split(" ");
        return split.length == 1 ? new TermQuery(new Term(FIELD, words)) : new PhraseQuery(FIELD, split);
    }
}
