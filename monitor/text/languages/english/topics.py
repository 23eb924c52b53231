"""Words that are usual in English news about each of the 17 top concepts of the IPTC Media Topics."""

from monitor.text.languages.pack import TopicDescriptions

TOPICS = TopicDescriptions(
    top_concepts={
        "medtop:01000000": "film, music, theatre, television, books, museum, celebrity, art exhibition",
        "medtop:02000000": "police, arrest, murder, court, trial, judge, lawsuit, prison sentence, fraud",
        "medtop:03000000": "earthquake, flood, crash, explosion, fire, rescue, victims killed in a disaster",
        "medtop:04000000": "company profits, shares, stock market, oil prices, bank, inflation, trade, merger",
        "medtop:05000000": "school, university, students, teachers, exams",
        "medtop:06000000": "climate change, pollution, wildlife, conservation, emissions, endangered species",
        "medtop:07000000": "disease, hospital, patients, doctors, vaccine, virus outbreak, medicine",
        "medtop:08000000": "a curious story about people or animals, record, award, ceremony, royal family",
        "medtop:09000000": "strike, trade union, workers, wages, layoffs, unemployment",
        "medtop:10000000": "travel, food, fashion, holiday, hobby, cooking, tourism, home",
        "medtop:11000000": "president, prime minister, parliament, election, government, diplomacy, summit, minister",
        "medtop:12000000": "church, pope, mosque, faith, bishop, Islam, Christianity",
        "medtop:13000000": "research, scientists, space mission, software, internet, computer, study, NASA",
        "medtop:14000000": "immigration, family, discrimination, poverty, community, population, minorities",
        "medtop:15000000": "football match, team, championship, coach, player, tournament, league, Olympic medal",
        "medtop:16000000": "war, troops, attack, militants, ceasefire, bomb, missiles, rebels, peace talks",
        "medtop:17000000": "storm, typhoon, forecast, rain, snow, heat wave, temperature",
    },
    function_words=frozenset({"and", "of", "the", "or", "in", "for", "general"}),
)
