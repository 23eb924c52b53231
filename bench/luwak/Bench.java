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

/** Measures Luwak with the queries and documents that bench/matching.py writes. Arguments: QUERIES DOCUMENTS OUTPUT ROUNDS. */
public final class Bench {
    static final String FIELD = "text";
    static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    public static void main(String[] args) throws Exception {
        BooleanQuery.setMaxClauseCount(1 << 20);
        List<String> queries = Files.readAllLines(Path.of(args[0]), StandardCharsets.UTF_8);
        List<String> documents = Files.readAllLines(Path.of(args[1]), StandardCharsets.UTF_8);
        int rounds = Integer.parseInt(args[3]);
        try (Monitor monitor = new Monitor((text, metadata) -> parse(text), new TermFilteredPresearcher())) {
            long started = THREADS.getCurrentThreadCpuTime();
            List<MonitorQuery> monitorQueries = new ArrayList<>();
            for (String line : queries) {
                int tab = line.indexOf('\t');
                monitorQueries.add(new MonitorQuery(line.substring(0, tab), line.substring(tab + 1)));
            }
            monitor.update(monitorQueries);
            double load = (THREADS.getCurrentThreadCpuTime() - started) / 1e9;
            System.gc();
            double heap = (Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory()) / 1048576.0;
            long[] times = new long[documents.size()];
            for (int round = 0; round <= rounds; round++) {  // each round overwrites the times: the last one counts
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
                times.length * 1e9 / total, times[times.length / 2] / 1e6, times[times.length * 99 / 100] / 1e6, load, heap, addedP99(monitor, monitorQueries));
        }
    }

    /** Returns thread CPU time in nanoseconds. If out is not null, writes the ids of the matching queries to it. */
    static long match(Monitor monitor, int number, String text, PrintWriter out) throws Exception {
        long started = THREADS.getCurrentThreadCpuTime();
        InputDocument document = InputDocument.builder("d").addField(FIELD, text, new WhitespaceAnalyzer()).build();
        Matches<QueryMatch> result = monitor.match(document, SimpleMatcher.FACTORY);
        DocumentMatches<QueryMatch> matches = result.getMatches("d");
        long time = THREADS.getCurrentThreadCpuTime() - started;
        if (out != null) {
            List<String> ids = new ArrayList<>();
            if (matches != null) for (QueryMatch match : matches) ids.add(match.getQueryId());
            out.print(number + " " + ids.stream().sorted().collect(Collectors.joining(" ")) + "\n");
        }
        return time;
    }

    /** Returns the 99th percentile of the time to add one query again, in milliseconds. */
    static double addedP99(Monitor monitor, List<MonitorQuery> queries) throws Exception {
        long[] times = new long[100];
        for (int number = 0; number < times.length; number++) {
            long started = THREADS.getCurrentThreadCpuTime();
            monitor.update(queries.get(number));
            times[number] = THREADS.getCurrentThreadCpuTime() - started;
        }
        Arrays.sort(times);
        return times[times.length * 99 / 100] / 1e6;
    }

    /** Parses a form and its terms, separated by tabs. The words of a phrase are separated by spaces. */
    static Query parse(String text) {
        String[] parts = text.split("\t");
        BooleanQuery.Builder builder = new BooleanQuery.Builder();
        switch (parts[0]) {
            case "phrase":
                return phrase(parts[1]);
            case "or":
                for (int i = 1; i < parts.length; i++) builder.add(phrase(parts[i]), Occur.SHOULD);
                return builder.build();
            case "and":
                for (int i = 1; i < parts.length; i++) builder.add(phrase(parts[i]), Occur.MUST);
                return builder.build();
            case "not":
                builder.add(phrase(parts[1]), Occur.MUST);
                builder.add(phrase(parts[2]), Occur.MUST);
                builder.add(phrase(parts[3]), Occur.MUST_NOT);
                return builder.build();
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
