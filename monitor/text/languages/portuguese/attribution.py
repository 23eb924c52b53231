"""How Portuguese shows who says something. Every repetition in a pattern has a bound."""

import re
from collections.abc import Mapping, Sequence

from monitor.text.languages.attribution import AttributionRules, Case, Grammar, PhraseCue, WordClass, words
from monitor.text.languages.plurals import PORTUGUESE, with_plurals
from monitor.text.languages.portuguese.verbs import VERBS

_I = re.IGNORECASE
DECLINED = re.compile(
    r"(?:(?:recus(?:ou|a|aram)(?:-se)?|escus(?:ou|aram)-se|evit(?:ou|aram))(?: a)? (?:comentar|responder|falar|confirmar"
    r"|prestar declarações|fazer (?:comentários|declarações)|dar (?:mais )?detalhes|pronunciar-se)"
    r"|não (?:quis|quiseram) (?:comentar|responder|falar|prestar declarações|pronunciar-se|confirmar)"
    r"|não (?:respondeu|responderam|comentou|comentaram|se pronunciou|se pronunciaram|se manifestou|se manifestaram)"
    r"|não (?:fez|fizeram) comentários|não (?:foi|esteve) (?:encontrad[ao]|disponível))\b",
    _I,
)
ANONYMITY = re.compile(r"\b(?:anonimato|anónim[ao]s?|anônim[ao]s?|não (?:ser|quis ser|foi) (?:identificad|citad)[ao]s?)\b", _I)
CONDITION = re.compile(r"\b(?:se|caso|antes de|sem que|para que|até que|a menos que)\s(?:[\w-]{1,30}\s){0,3}$", _I)
_PERSONS = """
    assessor assessora conselheiro
    ministro ministra presidente presidenta ex-presidente primeiro-ministro chanceler governador governadora prefeito prefeita
    autarca secretário secretária embaixador embaixadora senador senadora deputado deputada líder chefe diretor diretora
    dirigente porta-voz general almirante coronel capitão comandante comissário comissária procurador procuradora juiz juíza
    advogado advogada magistrado conselheiro vereador vereadora investigador investigadora pesquisador pesquisadora cientista
    médico médica professor professora enfermeiro enfermeira economista analista especialista perito ativista candidato
    candidata rei rainha príncipe princesa papa bispo arcebispo cardeal padre imã rabino testemunha vizinho vizinha morador
    moradora agricultor motorista operário trabalhador funcionário funcionária estudante aluno pai mãe irmão irmã filho filha
    marido esposa viúva amigo amiga treinador treinadora técnico selecionador jogador jogadora avançado ator atriz cantor
    cantora escritor escritora historiador autor autora jornalista correspondente enviado negociador mediador voluntário
    sobrevivente vítima paciente cliente eleitor delegado delegada sindicalista vice-presidente homem mulher jovem pescador
    soldado bombeiro policial polícia geólogo meteorologista sismólogo responsável titular empresário empresária comentador
"""
_PEOPLE = """
    funcionários responsáveis oficiais diplomata diplomatas autoridades analistas especialistas deputados senadores testemunhas
    observadores vizinhos moradores
"""
_BODIES = """
    ministério governo administração presidência planalto parlamento senado congresso assembleia tribunal supremo conselho
    comissão comité comitê autoridade agência gabinete serviço polícia exército marinha câmara município prefeitura região
    departamento estado país empresa sociedade grupo companhia fabricante banco sindicato união associação federação fundação
    instituto universidade escola hospital partido oposição campanha equipa equipe clube liga igreja embaixada consulado missão
    regulador operador operadora aeroporto observatório centro laboratório organização ong aliança coligação frente movimento
    milícia rebeldes bolsa academia procuradoria justiça direção defesa secretaria sindicatos empresas bancos ministérios
    associações organizadores investigadores cientistas médicos economistas ativistas ministros polícias policiais bombeiros
    professores agricultores produtores trabalhadores famílias familiares pais alunos partidos governos críticos procuradores
    juízes advogados executivo delegação defensoria chancelaria gnr psp
"""
_OUTLETS = """
    jornal diário semanário revista cadeia canal emissora rádio televisão imprensa média mídia jornais agências portal site
    tabloide blog
"""
_DOCUMENTS = """
    relatório relatórios estudo estudos sondagem pesquisa inquérito comunicado carta nota documento documentos análise
    investigação denúncia mensagem artigo livro depoimento dados números balanço auditoria sentença estatísticas
"""
_TIMES = """
    segunda-feira terça-feira quarta-feira quinta-feira sexta-feira segunda terça quarta quinta sexta sábado domingo janeiro
    fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro manhã tarde noite madrugada semana mês ano
    dia dias meio-dia ontem hoje amanhã recentemente passada passado
"""
WORDS: Mapping[WordClass, str] = {
    "be": "é são era eram foi foram será está estão estava sido ser",
    "auxiliary": "tem têm tinha tinham havia haviam tendo há",
    "modal": """
        pode podem podia poderá poderão poderia poderiam deve devem deverá deveria vai vão ia quer querem
        teria teriam seria
    """,
    "negation": "não nunca jamais nem nenhum nenhuma nada ninguém",
    "adverb": """
        também ainda depois então já mesmo só apenas assim aqui ali sempre cedo antes lhe lhes se me nos muito bem finalmente
        entretanto posteriormente oficialmente
    """,
    "determiner": """
        o a os as um uma uns umas este esta estes estas esse essa esses essas aquele aquela algum alguma alguns algumas vários
        várias cada todo toda todos todas seu sua seus suas outro outra outros outras ambos ambas
    """,
    "number": """
        dois duas três quatro cinco seis sete oito nove dez onze doze vinte cem vários várias alguns
        algumas ambos ambas
    """,
    "person_pronoun": "ele ela",
    "group_pronoun": "eles elas",
    "genitive": "do da dos das",
    "relative": "quem cujo cuja",
    "conjunction": "e ou",
    "break": "que mas porque pois enquanto quando como onde se embora após segundo depois antes conforme",
    "complement": "que",
    "preposition": """
        de do da dos das ao aos à às em no na nos nas com sem sobre para por pelo pela pelos pelas contra desde entre
        sob durante
        após até segundo
    """,
    "agent": "por pelo pela pelos pelas",
    "addressee": "ao aos à às",
    "within": "em num numa no na a ao",
    "reflexive": "se",
    "plural": "têm tinham haviam",
    "seat": "kremlin pentágono vaticano planalto itamaraty",
    "what": "o",
    "about": "sobre contra",
    "time": _TIMES,
    "person": _PERSONS,
    "people": _PEOPLE,
    "body": _BODIES,
    "outlet": _OUTLETS,
    "document": _DOCUMENTS,
    "unnamed": "fonte fontes pessoas",
    "unnamed_mark": "anónimo anónima anónimos anónimas anônimo anônima anônimos anônimas",
    "claims": """
        acusação acusações alegação alegações rumor rumores boato boatos informação informações afirmação afirmações
        crítica críticas
        versão versões número números denúncia denúncias relatos
    """,
    "not_claims": "entrada acesso visto vistos permissão asilo ajuda fiança liberdade provimento",
    "definite": "o a os as esse essa este esta",
    "whole": "tudo toda isso isto assunto",
    "no_label": "o a os as um uma este esta como qual por quando onde quem quais assim em no na quanto",
}
_CITING = re.compile(r"(?:citando|cit(?:ou|a|am|aram)|que cita)\b", _I)
_ACCORDING = re.compile(r"(?:segundo(?: dados d[aeo]s?)?|de acordo com|conforme|na opinião d[aeo]s?|nas palavras de)\b", _I)
_SAID_BY_NOBODY = """
    diz-se dizia-se disse-se conta-se comenta-se informou-se afirma-se afirmou-se noticiou-se soube-se alegadamente
    supostamente
"""
_IS_SAID = re.compile(r"(?:[^\W_]{3,10}-se que|alegadamente|supostamente)\b", _I)
_IS_ANNOUNCED = re.compile(r"anunc(?:iou|ia)-se que\b", _I)


def judge_case(group: Sequence[str], head: int, _verb: str) -> Case:
    """Return "unclear" if the noun group of the words *group* may be whom it is told: a Zelensky garantiu Orban."""
    return "unclear" if head and group[0] in {"a", "A"} and group[head][0].isupper() else "subject"


ATTRIBUTION = AttributionRules(
    verbs=VERBS,
    phrases=(
        PhraseCue("declined", words("recusou recusa recusaram escusou escusaram evitou evitaram não"), DECLINED),
        PhraseCue("reported", words("segundo de conforme na nas"), _ACCORDING, "after"),
        PhraseCue("announced", words("anunciou-se anuncia-se"), _IS_ANNOUNCED, "nobody"),
        PhraseCue("reported", words(_SAID_BY_NOBODY), _IS_SAID, "nobody"),
        PhraseCue("reported", words("citando citou cita citam citaram que"), _CITING, "after", relays=True),
    ),
    words={**{name: words(text) for name, text in WORDS.items()}, "person": with_plurals(_PERSONS, PORTUGUESE)},
    endings={"mente": "adverb", "ista": "person", "istas": "people", "ólogo": "person", "óloga": "person"},
    abbreviations=words("sr sra dr dra gral prof eng núm etc art av"),
    anonymity=ANONYMITY,
    joint=re.compile(r"\b(?:declaração conjunta|comunicado conjunto|nota conjunta)\b", _I),
    condition=CONDITION,
    plural=("s",),
    unnamed=words("anonimo anonima anonimos anonimas fontes"),
    grammar=Grammar(inverts=True),
    case=judge_case,
)
