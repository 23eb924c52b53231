"""What is read of an article to find its story, and what it adds to it. Pure."""

from consumers.stories.developments import ArticleFacts, read_facts
from consumers.stories.features import Features, extract_features
from monitor.messages import ArticleTopics
from monitor.text.languages import pack
from monitor.text.not_news import mask


def read_article(message: ArticleTopics) -> tuple[Features, ArticleFacts]:
    """Return the features and the facts of the article in *message*."""
    article, language = message.article, pack(message.language.code)
    appeared = (article.published or article.fetched).date()
    text = mask(article.text, message.not_news)
    features = extract_features(
        article.title, text, message.entities, language.stopwords, language.news_words, language.calendar, appeared
    )
    return features, read_facts(article.title, text, message.claims, language, appeared)
